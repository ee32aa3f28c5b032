"""What Slack shows of an animation, and what can be done with it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.gestures.actions import OF_A_RESULT
from bot.slack.reading import job_of, subjects_of
from bot.slack.text import escape
from tests.support.slack_cards import JOB
from tests.support.slack_drawings import LINK, RESULT, button, draw, labels, pictures, read

GONE = replace(RESULT, file=Path("gone.mp4"))


def test_a_result_tells_what_it_was_made_from_and_where_it_is() -> None:
    card = replace(
        RESULT,
        title="a fox → an owl",
        prompts="0: a fox\n24: an owl --neg rain",
        details=(("seed", "42"), ("steps", "20")),
    )
    message = draw(card, file_in_thread=True)
    assert read(message).splitlines()[:6] == [
        "a fox → an owl",
        "0: a fox",
        "24: an owl --neg rain",
        "*seed* 42 · *steps* 20",
        "The animation is in the thread.",
        "Made in 75 seconds",
    ]
    assert message.text == "Made in 75 seconds. The animation is in the thread."


def test_many_prompts_are_cut_between_keyframes_and_counted() -> None:
    prompts = "\n".join(f"{number}: keyframe {number}" for number in range(20))
    assert "11: keyframe 11\nand 8 more keyframes" in read(draw(replace(RESULT, prompts=prompts)))


def test_prompts_that_the_title_tells_whole_are_not_told_twice() -> None:
    message = draw(replace(RESULT, prompts="0: a fox"))
    assert read(message).splitlines()[:2] == ["a fox", "*seed* 42"]


def test_prompts_read_as_they_were_typed_though_slack_would_format_them() -> None:
    message = draw(replace(RESULT, prompts="0: a *very* red_fox\n5: > `x` ~y~ & _z_"))
    told = {block["text"]["type"] for block in message.blocks if "text" in block}
    assert "0: a *very* red_fox\n5: > `x` ~y~ & _z_" in read(message)
    assert told == {"plain_text"}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("0: (1),  24: 5*sin(t/6)", "0: (1), 24: 5*sin(t/6)"),
        ("0: (*a*)", "`0: (*a*)`"),
        ("> 4 & less", "`&gt; 4 &amp; less`"),
        ("_a_ `b`", "`_a_ 'b'`"),
    ],
)
def test_settings_that_slack_would_format_stand_as_code(typed: str, shown: str) -> None:
    message = draw(replace(RESULT, details=(("seed", "42"), ("angle", typed))))
    assert f"*seed* 42 · *angle* {shown}" in read(message).splitlines()


def test_an_animation_can_be_made_again_changed_and_kept() -> None:
    message = draw(RESULT)
    assert [label.split(" ", 1)[-1] for label in labels(message)] == [
        *("Again", "Edit", "Inspire", "Frame as picture", "Use as video", "Save", "Delete"),
        "Session",
    ]
    assert subjects_of(message.blocks) == dict.fromkeys(OF_A_RESULT, JOB)
    assert job_of(message.blocks) == JOB


def test_it_is_deleted_after_a_question() -> None:
    delete = button(draw(RESULT), "Delete")
    assert delete["style"] == "danger"
    assert "can't be undone" in delete["confirm"]["text"]["text"]


def test_a_result_links_its_session() -> None:
    message = draw(RESULT)
    assert button(message, "Session")["url"] == LINK
    assert "browser" not in read(message)


def test_a_link_that_works_on_one_machine_only_says_so_and_can_be_followed_there() -> None:
    message = draw(replace(RESULT, link="http://localhost:8000/s?a=1&b=2", local_link=True))
    words = "Session (opens on the machine that runs the bot): "
    assert f"{words}<http://localhost:8000/s?a=1&amp;b=2>" in read(message)
    assert "Session" not in labels(message)


@pytest.mark.parametrize(
    "link", ["data/sessions/1/index.html", "ftp://a.example/<x>", "https://a b", LINK + "<!here>"]
)
def test_what_is_no_address_of_the_web_is_written_down(link: str) -> None:
    message = draw(replace(RESULT, link=link))
    assert f"Session (opens in a browser): {escape(link)}" in read(message)
    assert "Session" not in labels(message)


def test_an_address_that_is_too_long_for_a_button_is_written_down() -> None:
    link = "https://bot.example/" + "x" * 3_000
    message = draw(replace(RESULT, link=link))
    assert link[:900] in read(message)
    assert "Session" not in labels(message)


def test_a_result_without_its_animation_says_why() -> None:
    message = draw(RESULT, problem="Slack has no room left for files.")
    assert "Slack has no room left for files. Its session has it." in read(message)
    assert "in the thread" not in read(message)
    assert message.text.endswith("Its session has it.")


def test_a_gif_moves_in_the_message_itself() -> None:
    assert pictures(draw(RESULT, file_in_thread=True)) == []
    assert pictures(draw(RESULT, file_in_thread=True, picture="F3")) == [("F3", "a fox")]


def test_of_a_deleted_animation_nothing_can_be_made() -> None:
    message = draw(GONE, file_in_thread=True, picture="F3")
    assert read(message).splitlines() == [
        "a fox",
        "*seed* 42",
        "The animation has been deleted.",
        "Made in 75 seconds",
    ]
    assert (labels(message), pictures(message), job_of(message.blocks)) == ([], [], None)


def test_a_chinese_reader_reads_chinese() -> None:
    assert "用时" in draw(RESULT, "zh-CN").text
    assert labels(draw(RESULT, "zh-CN"))[1] == "✏️ 编辑"
