"""The grammar of the command, as people type it in any chat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Animate, Help, help_text, parse_command, read_flags
from engine.errors import InputError
from engine.settings import Settings


def settings_of(text):
    command = parse_command(text, Settings())
    assert isinstance(command, Animate)
    return command.settings.flat()


def changed(text):
    usual = Settings().flat()
    return {name: value for name, value in settings_of(text).items() if value != usual[name]}


def test_prompts_come_first_and_flags_after_them():
    assert changed("/giffusion 0: a corgi | 60: a lion --steps 20 --format gif") == {
        "prompts": "0: a corgi | 60: a lion",
        "steps": 20,
        "format": "gif",
    }


def test_the_command_itself_need_not_be_typed_and_lines_may_be_used():
    assert changed("0: a corgi\n60: a lion\n--steps 20") == {
        "prompts": "0: a corgi\n60: a lion",
        "steps": 20,
    }


def test_a_schedule_needs_no_quotes_and_may_have_them():
    for text in ("--strength 0: (0.5), 9: (1)", '--strength "0: (0.5), 9: (1)"'):
        assert settings_of(f"a moon {text} --seed 1")["strength"].text == "0: (0.5), 9: (1)"


def test_neg_inside_the_prompts_belongs_to_its_keyframe():
    assert (
        changed("0: a --neg b | 5: c --neg d --seed 3")["prompts"] == "0: a --neg b | 5: c --neg d"
    )


def test_neg_after_other_flags_is_for_all_frames():
    assert changed("a moon --seed 3 --neg dogs")["negative_prompt"] == "dogs"


def test_switches_need_no_value_and_can_be_switched_off():
    assert changed("a --use-fixed-latent --no-use-prompt-embeds") == {
        "prompts": "a",
        "use_fixed_latent": True,
        "use_prompt_embeds": False,
    }


def test_what_a_phone_makes_of_two_dashes_is_understood():
    assert changed("a moon —steps 20")["steps"] == 20


def test_underscores_capitals_and_equal_signs_are_understood():
    assert changed("a --Guidance_Scale=3 --FORMAT GIF")["format"] == "gif"


@pytest.mark.parametrize("text", ["", "/giffusion", "help", "/giffusion help", "--help", "?"])
def test_nothing_or_help_asks_for_help(text):
    assert parse_command(text, Settings()) == Help()


def test_help_names_every_setting():
    for option in Settings.options().values():
        assert option.name == "prompts" or option.flag in help_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a --stesp 20", "--stesp: there is no such setting; did you mean --steps?"),
        ("a --ar 16:9", "--ar: there is no such setting; see /giffusion help"),
        ("a --steps", "steps: it has no value; write --steps and a whole number from 1 to 200"),
        ("a --steps twenty", "steps: 'twenty' won't do; write a whole number from 1 to 200"),
        ("--steps 20 a moon", "prompts: there is no prompt before the flags"),
        ("a --no-steps", "--no-steps: there is no such setting; did you mean --steps?"),
        ("a" * 100_001, "command: it has 100001 characters"),
    ],
)
def test_a_wrong_command_is_told_what_would_be_right(text, words):
    with pytest.raises(InputError) as caught:
        parse_command(text, Settings())
    assert words in str(caught.value)


@given(st.text(max_size=200), st.sampled_from(["--steps", "--neg", "--fps=", "—seed", "|", "0:"]))
def test_any_text_is_a_command_or_an_input_error(text, piece):
    try:
        assert isinstance(parse_command(f"{text} {piece} {text}", Settings()), Animate | Help)
    except InputError as error:
        assert error.setting


@pytest.mark.parametrize("option", [o for o in Settings.options().values() if o.default])
def test_every_default_can_be_typed_as_it_is_shown(option):
    read = Settings().updated(read_flags({option.name: option.default}))
    assert read == Settings()
