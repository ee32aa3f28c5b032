from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import ProgressCard, PromptsCard, QueuedCard, ResultCard, TextCard, WaitingCard
from bot.gestures.actions import Action
from bot.slack.buttons import PREFIX, SESSION
from bot.slack.cards import (
    MESSAGE_LENGTH,
    SlackMessage,
    draw,
    draw_prompts,
    draw_result,
)
from tests.support.slack_rules import message_problems, texts_of

CANCEL, KEEP = f"{PREFIX}{Action.CANCEL}", f"{PREFIX}{Action.KEEP}"
JOB = "0123456789abcdef01234567"
HOSTILE = "<!channel> <@U1> & *bold* `code`"
QUEUED = QueuedCard(JOB, "0: a fox", position=1)
PROGRESS = ProgressCard(JOB, "0: a fox", done=6, frames=24, seconds_left=None, preview=None)
RESULT = ResultCard(
    JOB, "0: a fox", Path("a.mp4"), (("seed", "42"),), "https://bot.example/s", False, 75.0
)

PICTURE = PromptsCard("3 keyframes & more", "0: … | 12: …", b"picture", "a wave")

# A few characters, and how often they are repeated: Slack's limits are reached with few draws.
repeated = st.tuples(st.text(max_size=9) | st.just("<& "), st.integers(0, 7_000))


def read(message: SlackMessage) -> str:
    return "\n".join(texts_of(message.blocks))


def button(message: SlackMessage, action: str) -> dict[str, str]:
    elements = [e for block in message.blocks for e in block.get("elements", [])]
    (found,) = [element for element in elements if element.get("action_id") == action]
    return dict(found)


@pytest.mark.parametrize(
    ("position", "words"),
    [(1, "next in the queue."), (2, "place 2 in the queue, 1 before it")],
)
def test_a_waiting_job_shows_its_place_and_can_be_cancelled(position: int, words: str) -> None:
    message = draw(replace(QUEUED, position=position))
    assert words in read(message)
    assert button(message, CANCEL)["value"] == JOB


def test_a_waiting_job_tells_when_it_starts_if_that_is_known() -> None:
    assert "next in the queue, starts in about 3 minutes." in read(
        draw(replace(QUEUED, seconds=170))
    )
    second = replace(QUEUED, position=2, seconds=170)
    assert "1 before it, starts in about 3 minutes." in read(draw(second))
    assert "about" not in read(draw(QUEUED))


def test_remarks_on_the_command_are_shown_while_it_waits() -> None:
    assert "steps raised to 4" in read(draw(replace(QUEUED, notes=("steps raised to 4",))))


@pytest.mark.parametrize(
    ("done", "bar"), [(0, "░" * 20), (6, "█" * 5 + "░" * 15), (24, "█" * 20), (30, "█" * 20)]
)
def test_the_bar_fills_as_frames_are_rendered(done: int, bar: str) -> None:
    message = draw(replace(PROGRESS, done=done))
    assert f"`{bar}`" in read(message)
    assert f"{done} of 24 frames" in message.text
    assert button(message, CANCEL)["value"] == JOB


def test_frames_can_be_kept_once_there_are_any_and_others_are_missing() -> None:
    assert button(draw(PROGRESS), KEEP)["value"] == JOB
    for done in (0, 24):
        assert KEEP not in str(draw(replace(PROGRESS, done=done)).blocks)


def test_a_job_whose_frames_are_not_known_yet_shows_an_empty_bar() -> None:
    assert "░" * 20 in read(draw(replace(PROGRESS, done=0, frames=0)))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59.4, "59 s"), (75, "1 min 15 s"), (7260, "2 h 1 min")],
)
def test_the_time_left_is_told_in_words(seconds: float, words: str) -> None:
    assert f"about {words} left" in draw(replace(PROGRESS, seconds_left=seconds)).text


def test_the_time_left_is_not_guessed() -> None:
    assert "left" not in draw(PROGRESS).text


def test_a_result_shows_its_settings_and_links_its_session() -> None:
    message = draw_result(RESULT, None)
    assert "Done in 1 min 15 s. The animation is in the thread." in read(message)
    assert "*seed* 42" in read(message)
    assert button(message, SESSION)["url"] == RESULT.link
    assert "own machine" not in read(message)


def test_a_result_without_its_animation_says_why() -> None:
    message = draw_result(RESULT, "Slack did not take it (storage_limit_reached).")
    assert "storage_limit_reached" in read(message)
    assert "in the thread" not in read(message)


def test_a_link_that_works_on_one_machine_only_says_so() -> None:
    assert "own machine only" in read(draw_result(replace(RESULT, local_link=True), None))


def test_an_error_looks_like_one() -> None:
    assert read(draw(TextCard("steps: too many", error=True))) == ":warning: steps: too many"
    assert read(draw(TextCard("steps: too many"))) == "steps: too many"


def test_a_picture_comes_with_its_words_and_with_text_to_be_copied() -> None:
    message = draw_prompts(PICTURE, "The picture is in the thread.")
    assert texts_of(message.blocks) == [
        "3 keyframes &amp; more",
        "```0: … | 12: …```",
        "The picture is in the thread.",
    ]
    assert message.text == "3 keyframes &amp; more"


def test_a_picture_that_did_not_come_is_told_of_and_its_words_stay() -> None:
    message = draw_prompts(PICTURE, "Slack did not take the file (storage_limit_reached).")
    assert "storage_limit_reached" in read(message)
    assert "in the thread" not in read(message)
    assert "0: … | 12: …" in read(message)


def test_words_and_text_to_be_copied_that_fill_a_message_are_kept_whole() -> None:
    words = "\n".join(f"{number} at {number / 12:.2f} s" for number in range(300))
    to_copy = " | ".join(f"{number}: …" for number in range(300))
    assert MESSAGE_LENGTH / 2 < len(words) + len(to_copy) < MESSAGE_LENGTH
    told = texts_of(draw_prompts(replace(PICTURE, text=words, to_copy=to_copy), None).blocks)
    assert "".join(part for part in told[:-1] if "`" not in part) == words
    assert "".join(part.strip("`") for part in told if "`" in part) == to_copy


def test_waiting_is_told_in_words() -> None:
    assert read(draw(WaitingCard("Listening…"))) == "Listening…"


def test_long_help_is_kept_whole_over_several_sections() -> None:
    help_text = "\n".join(f"--option-{number} does this & that" for number in range(200))
    message = draw(TextCard(help_text))
    assert len(message.blocks) > 1
    assert "".join(texts_of(message.blocks)).replace("&amp;", "&") == help_text


@pytest.mark.parametrize(
    "message",
    [
        draw(replace(QUEUED, title=HOSTILE, notes=(HOSTILE,))),
        draw(replace(PROGRESS, title=HOSTILE)),
        draw_result(replace(RESULT, title=HOSTILE, details=((HOSTILE, HOSTILE),)), HOSTILE),
        draw(TextCard(HOSTILE)),
        draw(WaitingCard(HOSTILE)),
        draw_prompts(replace(PICTURE, text=HOSTILE, to_copy=HOSTILE), HOSTILE),
    ],
)
def test_what_a_user_wrote_pings_nobody_and_reads_as_written(message: SlackMessage) -> None:
    assert message_problems(message.text, message.blocks) == []
    assert "&lt;!channel&gt; &lt;@U1&gt; &amp;" in read(message)


@settings(max_examples=50, deadline=None)
@given(repeated, st.lists(repeated, max_size=60), st.booleans())
def test_no_text_makes_a_message_that_slack_refuses(
    one: tuple[str, int], many: list[tuple[str, int]], flag: bool
) -> None:
    text, more = one[0] * one[1], tuple(part * times for part, times in many)
    details = tuple((name, text) for name in more)
    for message in (
        draw(replace(QUEUED, title=text, notes=more)),
        draw(replace(PROGRESS, title=text)),
        draw(TextCard(text, error=flag)),
        draw_prompts(replace(PICTURE, text=text, to_copy="".join(more)), text or None),
        draw_result(replace(RESULT, title=text, details=details, local_link=flag), text or None),
    ):
        assert message_problems(message.text, message.blocks) == []
