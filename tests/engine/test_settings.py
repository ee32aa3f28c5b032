"""A request's settings: read from texts, bounded, saved and told in words."""

from enum import StrEnum
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.groups.animation import Interpolation
from engine.groups.output import Format
from engine.options import Option
from engine.schedule import Schedule
from engine.settings import Settings, chosen
from engine.values import NameList


def test_settings_are_read_from_what_a_user_typed():
    values = Settings().updated(
        {"steps": "20", "fps": "30000/1001", "guidance_scale": "0: (3), 9: (7)", "format": "gif"}
    )
    assert values.diffusion.steps == 20
    assert values.output.fps == Fraction(30000, 1001)
    assert values.diffusion.guidance_scale == Schedule("0: (3), 9: (7)")
    assert values.output.format is Format.GIF


def test_what_is_not_named_stays():
    once = Settings().updated({"steps": "20", "seed": "7"})
    assert once.updated({"steps": "30"}).diffusion.seed == 7


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("steps", "many", "write a whole number from 1 to 200 (steps)"),
        ("steps", "0", "write a whole number from 1 to 200 (steps)"),
        ("seed", "-1", "write a whole number from 0 up"),
        ("fps", "600", "write a number or a fraction from 1 to 60 (frames a second)"),
        ("fps", "1/0", "write a number or a fraction"),
        ("fps", "1e999999999", "write a number or a fraction"),
        ("seconds", "inf", "(seconds)"),
        ("strength", "0: (0.5), 9: (1.5)", "1.5 is outside 0 to 1"),
        ("guidance_scale", "strong", "'strong' is unknown"),
        ("format", "avi", "write one of mp4, gif, webp"),
        ("use_fixed_latent", "perhaps", "write on or off"),
        ("width", "10", "from 32 to 2048 (pixels)"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(name, text, words):
    with pytest.raises(InputError) as caught:
        Settings().updated({name: text})
    assert caught.value.setting == name
    assert words in str(caught.value)


def test_saved_settings_come_back_equal():
    settings = Settings().updated(
        {
            "prompts": "0: a | 9: b",
            "seed": "5",
            "guidance_scale": "0:(1),5:(9)",
            "interpolation": Interpolation.CURVE,
            "interpolation_args": "0:(0),9:(1)",
            "fps": "23.976",
            "use_fixed_latent": "on",
        }
    )
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


def test_every_field_has_one_name_a_description_and_words_for_its_value():
    options = Settings.options()
    assert len(options) == len(Settings().flat()) > 15
    for option in options.values():
        assert option.description
        assert option.expected
        assert option.flag == "--" + option.name.replace("_", "-")


OPTIONS = Settings.options()
SPECIAL = {"scheduler": ("default", "ddim"), "resample": ("", "ab" * 12, "ab" * 12 + "@7")}
SCHEDULES = ("1", "0.5", "0: (0.25), 9: (0.75)", "0: (0.5) ease_in_out; 50%: (0.5 + 0.1*sin(t))")


def values(option: Option) -> st.SearchStrategy[Any]:
    """What a field can hold, left open among it where it can be."""
    least, most = option.bounds
    by_type: dict[type, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        int: st.integers(int(least or 0), int(most or 10**11)),
        float: st.floats(least or 0.0, most, exclude_min=option.above),
        Fraction: st.decimals(1, 60, places=9).map(str) | st.just("30000/1001"),
        Schedule: st.sampled_from(SCHEDULES),
        NameList: st.sampled_from(("", "canny", "canny:0.5, depth")),
        dict: st.dictionaries(st.text(max_size=9), JSON, max_size=3),
    }
    if option.name in SPECIAL:
        return st.sampled_from(SPECIAL[option.name])
    if option.type is str:
        return st.text(max_size=200)
    if issubclass(option.type, StrEnum):
        return st.sampled_from(list(option.type))
    return by_type[option.type]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.text(max_size=9),
    max_leaves=5,
)
OPEN = sorted(name for name, value in Settings().flat().items() if value is None)
CHANGES = st.fixed_dictionaries(
    {}, optional={name: values(option) for name, option in OPTIONS.items()}
)


@given(
    defaults=CHANGES,
    settings=CHANGES,
    opened=st.sets(st.sampled_from(OPEN)),
)
def test_what_was_chosen_makes_the_same_settings_of_the_defaults_again(defaults, settings, opened):
    usual = Settings().updated(defaults)
    wanted = usual.updated(settings).updated(dict.fromkeys(opened))
    texts = chosen(wanted, usual)
    assert usual.updated(texts).flat() == wanted.flat()
    assert list(texts) == [name for name in OPTIONS if name in texts]
    assert all(wanted.flat()[name] != usual.flat()[name] for name in texts)


def test_what_was_chosen_reads_as_it_would_be_typed():
    usual = Settings().updated({"fps": "24", "steps": "9"})
    values = {
        "scheduler_args": '{"algorithm": "größer"}',
        "prompts": "0: a corgi",
        "use_fixed_latent": "on",
        "fps": "30000/1001",
        "controlnet": "edges:0.5",
        "steps": "",
    }
    assert list(chosen(usual.updated(values), usual).items()) == [
        ("prompts", "0: a corgi"),
        ("controlnet", "edges:0.5"),
        ("steps", ""),
        ("use_fixed_latent", "on"),
        ("scheduler_args", '{"algorithm": "größer"}'),
        ("fps", "30000/1001"),
    ]


def test_an_empty_text_leaves_a_setting_open_only_where_something_decides_it():
    assert Settings().updated({"steps": 9}).updated({"steps": ""}).diffusion.steps is None
    with pytest.raises(InputError, match="batch_size"):
        Settings().updated({"batch_size": ""})


def test_a_rate_of_many_decimals_is_read_again_as_it_was_stored():
    settings = Settings().updated({"fps": "23.976023976"})
    assert Settings.model_validate_json(settings.model_dump_json()) == settings
