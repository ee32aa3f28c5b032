"""What Slack shows of lists."""

from bot.cards import ListCard, Row
from bot.gestures.actions import Action
from bot.slack.reading import subjects_of
from tests.support.slack_cards import JOB
from tests.support.slack_drawings import button, draw, labels, read
from tests.support.slack_rules import texts_of


def test_own_jobs_in_the_queue_can_be_cancelled_there() -> None:
    rows = (Row("", position=0), Row("a fox", job=JOB, position=1, seconds=60))
    message = draw(ListCard("Queue", rows))
    others, own = message.blocks[1:]
    assert texts_of(others) == ["*Somebody else's animation* · rendered now"]
    assert "*a fox* · place 1, starts in about 60 seconds" in texts_of(own)
    assert button(message, "Cancel")["value"] == JOB


def test_each_own_job_has_a_button_of_its_own() -> None:
    rows = tuple(Row(f"a fox {number}", job=f"{number}", position=number) for number in range(3))
    blocks = draw(ListCard("Queue", rows)).blocks
    beside = [subjects_of([block]) for block in blocks if "accessory" in block]
    assert beside == [{Action.CANCEL: "0"}, {Action.CANCEL: "1"}, {Action.CANCEL: "2"}]


def test_other_lists_have_words_alone() -> None:
    rows = (Row("dolly", "a camera that comes closer"), Row("still"))
    message = draw(ListCard("Presets", rows, "What you choose besides goes over them."))
    assert read(message).splitlines() == [
        "Presets",
        "*dolly* · a camera that comes closer",
        "*still*",
        "What you choose besides goes over them.",
    ]
    assert labels(message) == []


def test_names_that_slack_would_format_stand_as_code() -> None:
    message = draw(ListCard("Your animations", (Row("my *best* fox", "yesterday"),)))
    assert "`my *best* fox` · yesterday" in read(message)


def test_rows_that_a_message_has_no_room_for_are_counted() -> None:
    message = draw(ListCard("Queue", (Row("a fox"),) * 60, "Be patient."))
    assert read(message).count("*a fox*") == 45
    assert read(message).endswith("and 15 more\nBe patient.")


def test_an_empty_list_says_so() -> None:
    assert read(draw(ListCard("Queue", (), "Nothing waits."))) == "Queue\nNothing waits."


def test_a_chinese_reader_reads_chinese() -> None:
    message = draw(ListCard("Queue", (Row("", job=JOB, position=0),), "Nothing waits."), "zh-CN")
    assert not {"Queue", "Somebody", "rendered", "Nothing"} & set(read(message).split())
    assert labels(message) == ["取消"]


def test_a_row_links_its_session_where_it_has_a_page_that_a_link_can_hold() -> None:
    rows = tuple(
        Row("The sea", link=link)
        for link in ("https://bot.example/s/1?a&b", "", "https://bot.example/<!channel>|x")
    )
    drawn = [texts_of(block)[0] for block in draw(ListCard("Yours", rows)).blocks[1:]]
    assert drawn == ["*The sea* · <https://bot.example/s/1?a&amp;b|Session>", *["*The sea*"] * 2]
