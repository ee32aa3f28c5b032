"""The grammar of the command, as people type it in any chat."""

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import (
    Animate,
    Cancel,
    Command,
    Help,
    Inspire,
    Keyframes,
    Load,
    Models,
    Presets,
    Queue,
    Save,
    Sessions,
    merged,
    parse_changes,
    parse_command,
    parse_flags,
    parse_reply,
    read_flags,
    write_flags,
)
from engine.errors import InputError
from engine.media.keyframes import Mark
from engine.prompts import parse_prompts
from engine.schedule import Timeline
from engine.settings import Settings

ID = "0123456789abcdef01234567"


def settings_of(text):
    command = parse_command(text)
    assert isinstance(command, Animate)
    return Settings().updated(command.values).flat()


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


@pytest.mark.parametrize("neg", ["--NEG", "--Neg", "—neg", "–neg"])
def test_neg_in_any_spelling_loses_no_keyframe(neg):
    settings = settings_of(f"0: a {neg} b | 5: c --neg d --seed 3")
    assert [key.negative_prompt for key in parse_prompts(settings["prompts"])] == ["b", "d"]


@pytest.mark.parametrize(
    "prompt", ["a well-lit room", "sun-- and moon++", "a -- steps", "a-steps b"]
)
def test_dashes_in_prompts_are_only_dashes(prompt):
    assert changed(f"{prompt} --seed 3")["prompts"] == prompt


@pytest.mark.parametrize("written", ["-3", "−3", "–3", "0: (-3)", "-sin(t)", "-3 + t"])
def test_a_value_may_begin_with_a_minus(written):
    shift = settings_of(f"a --translation-x {written} --seed 3")["translation_x"]
    assert shift.over(Timeline(1, Fraction(12)))[0] == (0 if "sin" in written else -3)


@pytest.mark.parametrize("quotes", ['""', "“”", "„“"])
def test_json_stands_among_flags_with_any_quotes(quotes):
    name = f"{quotes[0]}use_karras_sigmas{quotes[1]}"
    settings = settings_of(f"a --scheduler-args {{{name}: true}} --seed 3")
    assert settings["scheduler_args"] == {"use_karras_sigmas": True}
    assert settings["seed"] == 3


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
    assert parse_command(text) == Help()


def test_help_may_be_asked_for_about_one_thing():
    assert parse_command("/giffusion help guidance-scale") == Help("guidance-scale")


def test_a_prompt_may_begin_with_the_word_help():
    assert changed("help is on its way")["prompts"] == "help is on its way"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("keyframes", Keyframes()),
        ("/giffusion Keyframes\n", Keyframes()),
        ("keyframes --beats", Keyframes(mark=Mark.BEATS)),
        ("keyframes --beats off", Keyframes()),
        (
            "keyframes --fps 30000/1001 —beats --Audio_Component=Percussive",
            Keyframes({"fps": "30000/1001", "audio_component": "percussive"}, Mark.BEATS),
        ),
    ],
)
def test_keyframes_alone_or_with_flags_asks_for_those_of_a_sound(text, command):
    assert parse_command(text) == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("queue", Queue()),
        ("/giffusion Models", Models()),
        ("presets", Presets()),
        ("sessions", Sessions()),
        ("session list", Sessions()),
        ("cancel", Cancel()),
        ("/giffusion Cancel!", Cancel()),
        ("cancel All", Cancel("all")),
        ("cancel now", Cancel("now")),
        ("cancel 2", Cancel("2")),
        ("cancel #2", Cancel("2")),
        ("cancel place 2", Cancel("2")),
        (f"cancel {ID}", Cancel(ID)),
        ("inspire", Inspire()),
        ("inspire  cats at night ", Inspire("cats at night")),
        ("session load my first", Load("my first")),
        ("session load my first --groups motion, output", Load("my first", ("motion", "output"))),
        ("session save 0123456789abcdef01234567 as The cat", Save(ID, "The cat")),
    ],
)
def test_some_words_ask_for_something_else_than_an_animation(text, command):
    assert parse_command(text) == command


@pytest.mark.parametrize(
    "prompt",
    ["queue of people", "a session list", "inspired cats", "models", "cancel the sun", "cancelled"],
)
def test_prompts_may_begin_with_those_words(prompt):
    text = f"{prompt} --seed 3"
    assert changed(text) == {"prompts": prompt, "seed": 3}


def test_a_preset_is_named_like_a_setting():
    command = parse_command("0: a moon --preset slow-zoom --seed 3")
    assert command == Animate({"prompts": "0: a moon", "seed": "3"}, preset="slow-zoom")


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("", {}),
        ("--seed 8", {"seed": "8"}),
        ("0: a lion", {"prompts": "0: a lion"}),
        ("0: a lion --fps 8", {"prompts": "0: a lion", "fps": "8"}),
    ],
)
def test_of_an_earlier_animation_only_what_is_written_changes(text, changes):
    assert parse_changes(text, ID) == Animate(changes, like=ID)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("help", Help()),
        ("/giffusion queue", Queue()),
        ("cancel", Cancel()),
        ("inspire cats", Inspire("cats")),
        ("keyframes --beats", Keyframes(mark=Mark.BEATS)),
        ("", Animate(like=ID)),
        ("--seed 8", Animate({"seed": "8"}, like=ID)),
        ("0: a lion", Animate({"prompts": "0: a lion"}, like=ID)),
    ],
)
def test_a_reply_to_an_animation_changes_it_or_is_a_command_of_its_own(text, command):
    assert parse_reply(text, ID) == command


@pytest.mark.parametrize(
    "prompt", ["keyframes of a dream", "keyframes, many", "0: keyframes", "keyframeset"]
)
def test_a_prompt_may_begin_with_the_word_keyframes(prompt):
    assert changed(f"{prompt} --seed 3")["prompts"] == prompt


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
        ("a cat -steps 20", "prompts: '-steps' stands in a prompt; write a space and --steps"),
        ("a cat--steps 20", "prompts: '--steps' stands in a prompt; write a space and --steps"),
        ("0: a --seed 3 --neg b | 5: c", "negative_prompt: a keyframe stands in it; write all key"),
        ("0: a --negative-prompt b\n5: c", "negative_prompt: a keyframe stands in it; write all"),
        ("a --scheduler 12", "scheduler: '12' won't do; it says: How noise is removed: default, d"),
        (
            "a --resample x",
            "resample: 'x' won't do; it says: Start from an earlier result: its ses",
        ),
        ("a --seconds 0", "seconds: '0' won't do; write a number above 0, to 100000 (seconds)"),
        (
            "keyframes --fps",
            "fps: it has no value; write --fps and a number or a fraction from 1 to",
        ),
        ("keyframes --fps 90", "fps: '90' won't do; write a number or a fraction from 1 to 60"),
        ("keyframes --audio-component drums", "audio_component: 'drums' won't do; write one of pe"),
        ("keyframes --beats 4", "beats: '4' won't do; write --beats alone, or on or off"),
        ("keyframes --steps 4", "--steps: keyframes don't take it; they take --fps, --audio-comp"),
        ("keyframes --neg dogs", "--neg: keyframes don't take it; they take --fps"),
        ("a --negative-prompt " + "b" * 10_001, "negative_prompt: it has 10001 characters; the mo"),
    ],
)
def test_a_wrong_command_is_told_what_would_be_right(text, words):
    with pytest.raises(InputError) as caught:
        Settings().updated(parse_command(text).values)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a" + "--a" * 33_000 + "!",
        "a --neg" * 14_000,
        "a --seed 3 --neg b" + "\n" * 99_000 + "c",
        "a --seed 3 --neg b|" + "1" * 99_000,
        "keyframes" + " " * 99_000 + "x",
        "keyframes" + " --fps" * 16_000,
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(text):
    with contextlib.suppress(InputError):
        parse_command(text)


@given(st.text(max_size=200), st.sampled_from(["--steps", "--neg", "--fps=", "—seed", "|", "0:"]))
def test_any_text_is_a_command_or_an_input_error(text, piece):
    try:
        assert isinstance(parse_command(f"{text} {piece} {text}"), Command)
    except InputError as error:
        assert error.setting


@pytest.mark.parametrize("option", [o for o in Settings.options().values() if o.default])
def test_every_default_can_be_typed_as_it_is_shown(option):
    read = Settings().updated(read_flags({option.name: option.default}))
    assert read == Settings()


class TestGivenInParts:
    """What is chosen from options or filled into a form, each part read by itself."""

    def test_flags_alone_are_settings_and_a_preset(self):
        assert parse_flags(" --steps 20 --neg fog\n--preset calm --loop ") == Animate(
            {"steps": "20", "negative_prompt": "fog", "loop": "on"}, preset="calm"
        )
        assert parse_flags("  ") == Animate()

    def test_words_before_flags_are_no_settings(self):
        with pytest.raises(InputError, match=r"settings: 'calm --steps 2' is no setting; write"):
            parse_flags("calm --steps 2")

    def test_parts_become_one_command(self):
        parts = {"prompts": Animate({"prompts": "a cat"}), "settings": parse_flags("--preset calm")}
        assert merged(parts) == Animate({"prompts": "a cat"}, preset="calm")

    @pytest.mark.parametrize(
        ("one", "other", "name"),
        [
            (Animate({"seed": "1"}), Animate({"fps": "9", "seed": "1"}), "seed"),
            (Animate(preset="calm"), Animate(preset="wild"), "preset"),
        ],
    )
    def test_what_two_parts_say_is_not_guessed(self, one, other, name):
        with pytest.raises(InputError, match=f"{name}: it is given twice, in here and in there"):
            merged({"here": one, "there": other})

    def test_settings_are_written_as_flags(self):
        values = {"guidance_scale": "0: (5), 60: (9)", "loop": "on", "resample": "", "fps": ""}
        text = write_flags(values, preset="calm")
        assert text == (
            '--guidance-scale 0: (5), 60: (9) --loop on --resample "" --fps "" --preset calm'
        )
        assert parse_flags(text) == Animate(values, preset="calm")

    @pytest.mark.parametrize("text", ["small --steps 9", "small\n—seed 1", " small"])
    def test_a_text_that_would_read_as_another_thing_is_not_written(self, text):
        with pytest.raises(InputError, match="would read as several settings"):
            write_flags({"model": text})

    @given(
        st.dictionaries(st.sampled_from(["model", "scheduler", "interpolation_args"]), st.text())
    )
    def test_what_is_written_as_flags_is_read_as_it_was(self, values):
        with contextlib.suppress(InputError):
            assert parse_flags(write_flags(values)) == Animate(values)
