"""What the bot's messages on Discord say, and what can be pressed below them."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import discord
import pytest
from hypothesis import given
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
)
from bot.discord.buttons import ActionButton
from bot.discord.cards import draw, prompts_in
from bot.discord.message import Drawing
from bot.language import language_of
from tests.support.discord_service import JOB

ENGLISH = language_of("en-US")
ROOM = 1_000_000
LINK = f"https://bot.example/s/{JOB}"
KEYS = "0: a red circle\n24: a blue star"
PROGRESS = ProgressCard(
    JOB, "a red circle", done=6, frames=24, seconds_left=75.0, preview=b"picture", elapsed=20.0
)


@pytest.fixture
def result(tmp_path: Path) -> ResultCard:
    file = tmp_path / "animation.mp4"
    file.write_bytes(b"an animation")
    details = (("seed", "42"), ("steps", "30"))
    title = "a red circle → a blue star"
    return ResultCard(JOB, title, file, details, LINK, False, seconds=130.0, prompts=KEYS)


def show(card: Card, **options: object) -> Drawing:
    return draw(card, ROOM, ENGLISH, **options)  # type: ignore[arg-type]


def words(drawing: Drawing) -> str:
    return drawing.embed.description or ""


def rows(drawing: Drawing) -> list[list[str | None]]:
    """The buttons' labels as Discord breaks them into rows."""
    components = drawing._view().to_components()
    return [[button.get("label") for button in row["components"]] for row in components]


def received(drawing: Drawing) -> discord.Message:
    """A message as far as prompts are read from it."""
    return SimpleNamespace(embeds=[drawing.embed])  # type: ignore[return-value]


async def test_a_render_tells_its_speed_and_its_times():
    shown = show(replace(PROGRESS, steps=42))

    assert words(shown).splitlines() == [
        "`█████░░░░░░░░░░░░░░░`",
        "6 of 24 frames · 2.1 it/s",
        "20 seconds so far · about 75 seconds left",
    ]
    assert shown.embed.image.url == "attachment://preview.webp"
    assert rows(shown) == [["Stop and keep", "Cancel"]]


async def test_what_is_not_known_of_a_render_is_left_out():
    shown = show(ProgressCard(JOB, "a red circle", 0, 24, None, None))

    assert words(shown).splitlines() == ["`░░░░░░░░░░░░░░░░░░░░`", "0 of 24 frames"]


async def test_a_result_tells_what_it_was_made_from_and_offers_what_can_follow(result):
    shown = show(result)

    assert words(shown).splitlines() == [
        "0: a red circle",
        "24: a blue star",
        "**seed** 42 · **steps** 30",
    ]
    assert shown.embed.footer.text == "Made in 2 minutes"
    assert shown.files == (("animation.mp4", result.file),)
    assert rows(shown) == [
        ["Again", "Edit", "Inspire", "Frame as picture", "Use as video"],
        ["Save", "Delete", "Session"],
    ]
    assert all(
        button.subject == JOB for button in shown.buttons if isinstance(button, ActionButton)
    )


async def test_many_prompts_are_cut_between_keyframes_and_counted(result):
    keys = "\n".join(f"{number}: keyframe {number}" for number in range(20))

    shown = words(show(replace(result, prompts=keys)))

    assert "11: keyframe 11\nand 8 more keyframes" in shown
    assert "**seed** 42" in shown


async def test_prompts_that_the_title_tells_whole_are_not_told_twice(result):
    shown = show(replace(result, title="a red circle", prompts="0: a red circle"))

    assert words(shown) == "**seed** 42 · **steps** 30"


async def test_the_longest_result_stays_within_discords_limits(result):
    long = "[](" * 3_000
    crowded = replace(
        result, title=long, prompts="\n".join([long] * 50), details=((long, long),) * 60
    )

    shown = show(crowded)

    assert len(words(shown)) <= 4_096
    assert len(shown.embed) <= 6_000
    assert "more keyframes" in words(shown)


async def test_a_result_whose_session_is_gone_says_so_and_offers_nothing(result):
    result.file.unlink()

    shown = show(result)

    assert "The animation has been deleted." in words(shown)
    assert "0: a red circle" in words(shown)
    assert shown.buttons == () and shown.files == ()


async def test_under_a_spoiler_pictures_are_covered_and_never_in_embeds(result):
    finished = show(result, spoiler=True)
    rendering = show(PROGRESS, spoiler=True)
    prompts = show(PromptsCard("three", "0: …", b"picture", "a wave"), spoiler=True)

    assert [name for name, _ in finished.files] == ["SPOILER_animation.mp4"]
    assert rendering.files == ()
    assert [name for name, _ in prompts.files] == ["SPOILER_picture.png"]
    assert not any(shown.embed.image.url for shown in (finished, rendering, prompts))


async def test_prompts_can_be_animated_edited_and_drawn_again():
    shown = show(PromptsCard("Three ideas:", KEYS, inputs_of=JOB, topics="sea\ncastle"))

    assert words(shown) == f"Three ideas:\n```\n{KEYS}\n```"
    assert rows(shown) == [["Animate", "Edit", "Again"]]
    subjects = [button.subject for button in shown.buttons if isinstance(button, ActionButton)]
    assert subjects == [JOB, JOB, "sea castle"]


async def test_prompts_with_gaps_are_filled_in_first():
    shown = show(PromptsCard("Your keyframes:", "0: … | 12: …", ready=False))

    assert rows(shown) == [["Animate with them"]]


async def test_prompts_too_long_for_a_message_are_attached_whole_and_not_animated_by_half():
    long = "0: " + "a very long prompt " * 400

    shown = show(PromptsCard("Here:", long))

    assert len(words(shown)) <= 4_096
    assert shown.files == (("prompts.txt", long.encode()),)
    assert shown.buttons == ()
    assert prompts_in(received(shown)) is None


@given(st.text(max_size=300), st.text(alphabet="`\u200b\n a", max_size=300))
def test_prompts_are_read_back_from_their_message_as_they_were(text, to_copy):
    assert prompts_in(received(show(PromptsCard(text, to_copy)))) == to_copy


@given(st.text(max_size=900))
def test_any_prompts_are_read_back_from_their_message(to_copy):
    shown = show(PromptsCard("Here:", to_copy))

    assert prompts_in(received(shown)) == to_copy
    assert words(shown).count("```") == 2


@given(st.text(alphabet="`\n0: a", max_size=100))
def test_no_prompts_are_read_from_messages_without_any(text):
    assert prompts_in(received(show(TextCard(text)))) is None


async def test_ones_own_jobs_in_the_queue_can_be_cancelled_each():
    queue = ListCard(
        "Queue",
        (
            Row("", position=0),
            Row("a red circle", job="1" * 24, position=1, seconds=170),
            Row("", position=2),
            Row("a blue star", job="2" * 24, position=3),
        ),
    )

    shown = show(queue)

    assert words(shown).splitlines() == [
        "**Somebody else's animation** · rendered now",
        "`1` **a red circle** · place 1, starts in about 3 minutes",
        "**Somebody else's animation** · place 2",
        "`2` **a blue star** · place 3",
    ]
    assert rows(shown) == [["Cancel 1", "Cancel 2"]]
    subjects = [button.subject for button in shown.buttons if isinstance(button, ActionButton)]
    assert subjects == ["1" * 24, "2" * 24]


async def test_an_empty_list_shows_its_note_alone():
    assert words(show(ListCard("Queue", (), "Nothing waits."))) == "Nothing waits."


async def test_a_list_too_long_for_a_message_ends_with_how_many_are_missing():
    many = tuple(Row("a *" * 100, "b_" * 100, job=f"{n:024}", position=n) for n in range(60))

    shown = show(ListCard("Queue", many, "Be patient."))

    *listed, more, note = words(shown).splitlines()
    assert len(shown.embed) <= 6_000 and len(words(shown)) <= 4_096
    assert more == f"and {60 - len(listed)} more"
    assert note == "Be patient."
    assert len(shown.buttons) == min(25, len(listed))


async def test_more_jobs_than_discord_has_buttons_for_are_still_listed():
    many = tuple(Row("a", job=f"{n:024}", position=n) for n in range(1, 31))

    shown = show(ListCard("Queue", many))

    assert len(shown.buttons) == 25
    assert words(shown).splitlines()[-1] == "**a** · place 30"


async def test_a_job_tells_where_it_goes_if_its_message_cannot_be_changed_for_long():
    shown = show(QueuedCard(JOB, "a red circle", 2), footnote="It comes by direct message.")

    assert shown.embed.footer.text == "It comes by direct message."
