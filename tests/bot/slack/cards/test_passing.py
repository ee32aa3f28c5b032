"""What Slack shows of a job that waits, or is rendered."""

from dataclasses import replace

import pytest

from bot.cards import WaitingCard
from bot.slack.reading import subjects_of
from tests.support.slack_cards import JOB, PROGRESS, QUEUED, TITLE
from tests.support.slack_drawings import button, draw, labels, pictures, read


@pytest.mark.parametrize(
    ("position", "seconds", "words"),
    [
        (1, None, "Next in the queue."),
        (2, None, "Place 2 in the queue."),
        (1, 170, "Next in the queue, starts in about 3 minutes."),
        (2, 170, "Place 2 in the queue, starts in about 3 minutes."),
    ],
)
def test_a_waiting_job_shows_its_place_and_can_be_cancelled(
    position: int, seconds: float | None, words: str
) -> None:
    message = draw(replace(QUEUED, position=position, seconds=seconds))
    assert message.text == words
    assert read(message).splitlines() == [TITLE, words, "Cancel"]
    assert button(message, "Cancel")["value"] == JOB


def test_remarks_on_the_command_are_shown_while_it_waits() -> None:
    message = draw(replace(QUEUED, notes=("steps raised to 4", " ", "2 files left out")))
    assert "• steps raised to 4\n• 2 files left out\n" in read(message)


@pytest.mark.parametrize(
    ("done", "bar"), [(0, "░" * 20), (6, "█" * 5 + "░" * 15), (24, "█" * 20), (30, "█" * 20)]
)
def test_the_bar_fills_as_frames_are_rendered(done: int, bar: str) -> None:
    message = draw(replace(PROGRESS, done=done))
    assert f"`{bar}`\n{done} of 24 frames" in read(message)
    assert f"{done} of 24 frames" in message.text
    assert button(message, "Cancel")["value"] == JOB


def test_a_job_whose_frames_are_not_known_yet_shows_an_empty_bar() -> None:
    assert "░" * 20 in read(draw(replace(PROGRESS, done=0, frames=0)))


def test_a_render_tells_its_speed_and_its_times() -> None:
    message = draw(replace(PROGRESS, done=6, seconds_left=75.0, elapsed=20.0, steps=42))
    assert read(message).splitlines()[2:4] == [
        "6 of 24 frames · 2.1 it/s",
        "20 seconds so far · about 75 seconds left",
    ]


def test_what_is_not_known_of_a_render_is_not_guessed() -> None:
    message = draw(replace(PROGRESS, seconds_left=None))
    assert message.text == "12 of 24 frames"


def test_frames_can_be_kept_once_there_are_any_and_others_are_missing() -> None:
    assert labels(draw(PROGRESS)) == ["Stop and keep", "Cancel"]
    assert set(subjects_of(draw(PROGRESS).blocks).values()) == {JOB}
    for done in (0, 24):
        assert labels(draw(replace(PROGRESS, done=done))) == ["Cancel"]


def test_a_preview_stands_in_the_message() -> None:
    assert pictures(draw(PROGRESS)) == []
    assert pictures(draw(PROGRESS, picture="F2")) == [("F2", "How it looks so far")]


def test_waiting_is_told_in_words() -> None:
    assert read(draw(WaitingCard("Listening…"))) == "Listening…"


def test_a_chinese_reader_reads_chinese() -> None:
    message = draw(replace(PROGRESS, elapsed=20.0, steps=42), "zh-CN")
    assert "frames" not in read(message)
    assert labels(message)[-1] == "取消"
    assert draw(QUEUED, "zh-CN").text == "排在第 3 位。"
