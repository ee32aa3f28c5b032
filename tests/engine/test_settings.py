"""A request's settings: read from texts, bounded, saved and told in words."""

from fractions import Fraction

import pytest

from engine.errors import InputError
from engine.groups.animation import Interpolation
from engine.groups.output import Format
from engine.schedule import Schedule
from engine.settings import Settings


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
