"""What the command takes, as a user is told it in any chat."""

import pytest

from bot.help import help_text
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
