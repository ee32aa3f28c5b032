"""What Slack shows of prompts, what can be done with them, and how they are read back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.gestures.actions import Action
from bot.slack.cards import prompts_in
from bot.slack.message import SlackMessage
from bot.slack.reading import job_of, subjects_of
from tests.support.slack_cards import JOB
from tests.support.slack_drawings import PROMPTS, draw, labels, pictures, read
from tests.support.slack_rules import message_problems

FENCED = "```\nnot these\n```"


def sent_back(message: SlackMessage) -> list[dict[str, Any]]:
    """A message's blocks as Slack sends them with a press."""
    return [{"block_id": f"b{number}", **block} for number, block in enumerate(message.blocks)]


def test_prompts_come_with_words_and_can_be_copied() -> None:
    message = draw(PROMPTS)
    assert read(message).splitlines()[:4] == ["3 keyframes", "```", "0: … | 12: …", "```"]
    assert message.text == "3 keyframes"


def test_their_picture_stands_in_the_message_or_else_in_its_thread() -> None:
    card = replace(PROMPTS, picture=b"picture", alt="a wave")
    inside = draw(card, file_in_thread=True, picture="F1")
    assert pictures(inside) == [("F1", "a wave")]
    assert "thread" not in read(inside)
    assert "The picture is in the thread." in read(draw(card, file_in_thread=True))


def test_a_picture_that_did_not_come_is_told_of_and_its_words_stay() -> None:
    message = draw(PROMPTS, problem="Slack has no room left for files.")
    assert "no room left" in read(message)
    assert prompts_in(message.blocks) == PROMPTS.to_copy


def test_prompts_can_be_animated_edited_and_drawn_again() -> None:
    message = draw(replace(PROMPTS, inputs_of=JOB, topics="cats\nat night"))
    assert labels(message) == ["🎬 Animate", "✏️ Edit", "🎲 Again"]
    assert subjects_of(sent_back(message)) == {
        Action.ANIMATE: JOB,
        Action.FILL: JOB,
        Action.DRAW: "cats at night",
    }
    assert job_of(sent_back(message)) is None  # no animation yet


def test_prompts_with_gaps_are_filled_in_first() -> None:
    message = draw(replace(PROMPTS, ready=False))
    assert labels(message) == ["✏️ Animate with them"]
    assert subjects_of(message.blocks) == {Action.FILL: ""}


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=60), st.integers(1, 150), st.sampled_from(["3", FENCED, ""]))
@example("`", 5_000, "")
@example("\u200b`", 1_000, FENCED)
@example("&<>", 900, FENCED)
@example("🦊 ", 2_500, "")
@example("```\n", 1_000, "")
@example("\n```", 1_000, "")
def test_any_prompts_come_back_from_their_message_exactly(
    part: str, times: int, words: str
) -> None:
    check_that_they_come_back(part * times, words)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="a`&<>|\n \u200b", min_size=1, max_size=60), st.integers(1, 90))
def test_prompts_that_look_like_markup_come_back_exactly(part: str, times: int) -> None:
    check_that_they_come_back(part * times, "")


def check_that_they_come_back(to_copy: str, words: str) -> None:
    message = draw(replace(PROMPTS, text=words, to_copy=to_copy))
    assert message_problems(message.text, message.blocks) == []
    if message.overflow is None:
        assert prompts_in(sent_back(message)) == to_copy
        assert bool(labels(message)) == bool(to_copy.strip())
    else:
        assert message.overflow == to_copy
        assert "too long for a message" in read(message)
        assert labels(message) == []


@pytest.mark.parametrize(("size", "whole"), [(8_000, True), (8_001, False)])
def test_prompts_of_eight_thousand_characters_fit(size: int, whole: bool) -> None:
    prompts = ("a fox " * size)[:size]
    assert draw(replace(PROMPTS, to_copy=prompts)).overflow == (None if whole else prompts)


def test_a_message_without_prompts_has_none() -> None:
    assert prompts_in(draw(replace(PROMPTS, text=FENCED, to_copy="")).blocks) is None
    assert prompts_in([{"type": "section"}, {"type": "divider"}]) is None
