"""What the command takes, as a user is told it in any chat."""

import re

import pytest

from bot.help import help_text
from bot.language import language_of
from engine.settings import Settings


def test_help_names_every_setting_a_group_at_a_time():
    told = "".join(help_text(group) for group in Settings.groups())
    for option in Settings.options().values():
        assert option.name == "prompts" or f"{option.flag}: " in told
    assert all(group in help_text() for group in Settings.groups())


def test_help_on_a_setting_says_what_it_takes():
    assert "a number or a schedule from 0 to 50" in help_text("guidance-scale")
    assert "--negative-prompt" in help_text("neg")


def test_help_on_keyframes_says_what_they_are_and_what_they_take():
    told = help_text("keyframes")
    for words in ("with a song or a clip attached", "--fps: ", "--audio-component: ", "--beats: "):
        assert words in told
    assert "/giffusion keyframes" in help_text()


def test_help_on_what_does_not_exist_is_the_usual_help():
    assert help_text("me") == help_text()


@pytest.mark.parametrize("topic", ["", "keyframes", *Settings.groups(), *Settings.options()])
def test_help_fits_into_one_message_of_any_chat(topic):
    # Discord takes 2,000 characters in a message, Slack 3,000 in a section; some are escaped.
    assert len(help_text(topic)) < 1_900


@pytest.mark.parametrize("topic", ["", "keyframes", *Settings.groups(), *Settings.options()])
def test_help_in_chinese_is_all_chinese_and_names_the_same_flags(topic):
    chinese, english = help_text(topic, language_of("zh-CN")), help_text(topic)
    assert re.findall(r"--[a-z-]+", chinese) == re.findall(r"--[a-z-]+", english)
    for line in chinese.splitlines():
        assert not line.isascii() or line.startswith("/giffusion 0: "), "the example stays"


def test_help_on_a_setting_says_in_chinese_what_it_takes():
    told = help_text("steps", language_of("zh-CN"))
    assert told.splitlines() == [
        "--steps：每帧的去噪步数；默认：由模型决定",
        "取值：整数，1 到 200（步）。",
    ]
