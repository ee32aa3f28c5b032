from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards import (
    Card,
    ListCard,
    ProgressCard,
    PromptsCard,
    QueuedCard,
    ResultCard,
    Row,
    TextCard,
    WaitingCard,
)
from bot.gestures.actions import OF_A_RESULT, Action
from bot.language import language_of
from bot.slack import cards
from bot.slack.buttons import PREFIX, SESSION
from bot.slack.cards import prompts_in
from bot.slack.message import MESSAGE_LENGTH, SlackMessage, Surface
from bot.slack.reading import job_of, subjects_of
from tests.support.slack_rules import message_problems, texts_of

CANCEL, KEEP = f"{PREFIX}{Action.CANCEL}", f"{PREFIX}{Action.KEEP}"
JOB = "0123456789abcdef01234567"
HOSTILE = "<!channel> <@U1> & *bold* `code`"
QUEUED = QueuedCard(JOB, "0: a fox", position=1)
PROGRESS = ProgressCard(JOB, "0: a fox", done=6, frames=24, seconds_left=None, preview=None)
RESULT = ResultCard(
    JOB, "0: a fox", Path(__file__), (("seed", "42"),), "https://bot.example/s", False, 75.0
)

PICTURE = PromptsCard("3 keyframes & more", "0: … | 12: …", b"picture", "a wave")

ENGLISH = language_of("en-US")


def draw(card: Card, **surface: Any) -> SlackMessage:
    return cards.draw(card, Surface(ENGLISH, **surface))


def draw_result(card: ResultCard, problem: str | None) -> SlackMessage:
    return draw(card, file_in_thread=not problem, problem=problem)


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
    [(1, "Next in the queue."), (2, "Place 2 in the queue.")],
)
def test_a_waiting_job_shows_its_place_and_can_be_cancelled(position: int, words: str) -> None:
    message = draw(replace(QUEUED, position=position))
    assert words in read(message)
    assert button(message, CANCEL)["value"] == JOB


def test_a_waiting_job_tells_when_it_starts_if_that_is_known() -> None:
    assert "Next in the queue, starts in about 3 minutes." in read(
        draw(replace(QUEUED, seconds=170))
    )
    second = replace(QUEUED, position=2, seconds=170)
    assert "Place 2 in the queue, starts in about 3 minutes." in read(draw(second))
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
    [(0.2, "1 second"), (59.4, "59 seconds"), (170, "3 minutes"), (7260, "2 hours")],
)
def test_the_time_left_is_told_in_words(seconds: float, words: str) -> None:
    assert f"about {words} left" in draw(replace(PROGRESS, seconds_left=seconds)).text


def test_the_time_left_is_not_guessed() -> None:
    assert "left" not in draw(PROGRESS).text


def test_a_result_shows_its_settings_and_links_its_session() -> None:
    message = draw_result(RESULT, None)
    assert "The animation is in the thread." in read(message)
    assert "*seed* 42" in read(message)
    assert button(message, SESSION)["url"] == RESULT.link
    assert "Made in 75 seconds" in read(message)
    assert "machine" not in read(message)


def test_a_result_without_its_animation_says_why() -> None:
    message = draw_result(RESULT, "Slack did not take it (storage_limit_reached).")
    assert "storage_limit_reached" in read(message)
    assert "in the thread" not in read(message)


def test_a_link_that_works_on_one_machine_only_says_so() -> None:
    message = draw_result(replace(RESULT, local_link=True), None)
    assert f"opens on the machine that runs the bot): {RESULT.link}" in read(message)
    assert SESSION not in str(message.blocks)


def test_an_error_looks_like_one() -> None:
    assert read(draw(TextCard("steps: too many", error=True))) == ":warning: steps: too many"
    assert read(draw(TextCard("steps: too many"))) == "steps: too many"


def test_a_picture_comes_with_its_words_and_with_text_to_be_copied() -> None:
    message = draw(PICTURE, picture="F1")
    told = texts_of(message.blocks)
    assert told[:2] == ["3 keyframes &amp; more", "```\n0: … | 12: …\n```"]
    (image,) = [block for block in message.blocks if block["type"] == "image"]
    assert (image["slack_file"], image["alt_text"]) == ({"id": "F1"}, "a wave")
    assert message.text == "3 keyframes &amp; more"


def test_a_picture_that_did_not_come_is_told_of_and_its_words_stay() -> None:
    message = draw(PICTURE, problem="Slack did not take the file (storage_limit_reached).")
    assert "storage_limit_reached" in read(message)
    assert "0: … | 12: …" in read(message)


def test_words_and_text_to_be_copied_that_fill_a_message_are_kept_whole() -> None:
    words = "\n".join(f"{number} at {number / 12:.2f} s" for number in range(300))
    to_copy = " | ".join(f"{number}: …" for number in range(300))
    assert MESSAGE_LENGTH / 2 < len(words) + len(to_copy) < MESSAGE_LENGTH
    message = draw(replace(PICTURE, text=words, to_copy=to_copy))
    told = texts_of(message.blocks)
    assert "".join(part for part in told if part[0].isdigit()) == words
    assert prompts_in(message.blocks) == to_copy


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
        draw(replace(PICTURE, text=HOSTILE, to_copy=HOSTILE), problem=HOSTILE),
        draw(ListCard(HOSTILE, (Row(HOSTILE, HOSTILE, JOB),), HOSTILE)),
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
        draw(replace(PICTURE, text=text, to_copy="".join(more)), problem=text or None),
        draw(ListCard(text, tuple(Row(words, text, JOB) for words in more), text)),
        draw_result(replace(RESULT, title=text, details=details, local_link=flag), text or None),
    ):
        assert message_problems(message.text, message.blocks) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="a`&<>|\n \u200b", min_size=1, max_size=60), st.integers(1, 90))
def test_prompts_come_back_from_their_message_exactly_as_they_were(part: str, times: int) -> None:
    to_copy = part * times
    message = draw(replace(PICTURE, to_copy=to_copy))
    if message.overflow is None:
        assert prompts_in(message.blocks) == to_copy
    else:
        assert message.overflow == to_copy
        assert subjects_of(message.blocks) == {}


def test_prompts_can_be_animated_edited_and_drawn_again() -> None:
    message = draw(replace(PICTURE, inputs_of=JOB, topics="cats\nat night"))
    assert subjects_of(message.blocks) == {
        Action.ANIMATE: JOB,
        Action.FILL: JOB,
        Action.DRAW: "cats at night",
    }


def test_prompts_with_gaps_are_filled_in_first() -> None:
    subjects = subjects_of(draw(replace(PICTURE, ready=False)).blocks)
    assert subjects == {Action.FILL: ""}


def test_a_result_can_be_made_again_changed_and_deleted_after_a_question() -> None:
    message = draw_result(RESULT, None)
    assert set(subjects_of(message.blocks)) == set(OF_A_RESULT)
    assert job_of(message.blocks) == JOB
    delete = button(message, f"{PREFIX}{Action.DELETE}")
    assert "can't be undone" in delete["confirm"]["text"]["text"]


def test_of_a_deleted_animation_nothing_can_be_made() -> None:
    message = draw_result(replace(RESULT, file=Path("gone.mp4")), None)
    assert "The animation has been deleted." in read(message)
    assert job_of(message.blocks) is None
    assert not [block for block in message.blocks if block["type"] == "actions"]


def test_own_jobs_in_the_queue_can_be_cancelled_there() -> None:
    rows = (Row("", position=0), Row("a fox", job=JOB, position=1, seconds=60))
    message = draw(ListCard("Queue", rows))
    assert "*Somebody else's animation* · rendered now" in read(message)
    assert "*a fox* · place 1, starts in about 60 seconds" in read(message)
    assert subjects_of(message.blocks) == {Action.CANCEL: JOB}


def test_a_preview_stands_in_the_message() -> None:
    (image,) = [b for b in draw(PROGRESS, picture="F2").blocks if b["type"] == "image"]
    assert image["slack_file"] == {"id": "F2"}


def test_a_chinese_reader_reads_chinese() -> None:
    message = cards.draw(PROGRESS, Surface(language_of("zh-CN")))
    assert "frames" not in read(message)
    assert "取消" in str(message.blocks)
