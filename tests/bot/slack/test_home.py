"""The bot's home tab in Slack."""

import json
import logging
from typing import Any

import pytest

from bot.cards import ListCard, Row
from bot.commands import Animate, Presets, Queue, Sessions
from bot.gestures.actions import Action
from bot.port import Recalled
from bot.slack.buttons import PREFIX
from bot.slack.forms.composer import COMPOSE
from bot.slack.home_view import HOME
from engine.errors import StoreAwayError
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_server import TEAM, LoopbackSlack, Outage, Refusal, eventually

CANCEL, EDIT = f"{PREFIX}{Action.CANCEL}", f"{PREFIX}{Action.EDIT}"
SESSION = "ab" * 12
LINK = f"https://bot.example/s/{SESSION}"
SEA = Row("The sea", "2026-05-04 10:20", session=SESSION, link=LINK)
ZOOM = Row("slow-zoom", "It comes nearer.")

pytestmark = pytest.mark.usefixtures("adapter")


@pytest.fixture
async def service() -> PlayingService:
    service = PlayingService()
    service.owner = f"slack:{TEAM}:U1"
    service.lists = {
        Queue(): ListCard(
            "Queue",
            (
                Row("a fox", job=JOB, position=0),
                Row("", position=1),
                Row("an owl", job="cd" * 12, position=2, seconds=120),
            ),
        ),
        Sessions(): ListCard("Your animations", (SEA,)),
        Presets(): ListCard("Presets", (ZOOM,), "What you choose besides goes over them."),
    }
    return service


async def home_of(slack: LoopbackSlack, user: str = "U1") -> dict[str, Any]:
    """Somebody's home as it is when they have opened it."""
    await slack.open_home(user)
    await eventually(lambda: user in slack.views.homes)
    return slack.views.homes[user]


def text_of(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


def buttons(view: dict[str, Any], action: str) -> list[str | None]:
    """The values of a home's buttons of one kind, from the top."""
    elements = (
        element
        for block in view["blocks"]
        for element in (*block.get("elements", []), block.get("accessory") or {})
    )
    return [element.get("value") for element in elements if element.get("action_id") == action]


async def test_it_shows_ones_own_jobs_animations_and_the_presets(slack: LoopbackSlack) -> None:
    home = await home_of(slack)
    for words in (
        "*a fox* · rendered now",
        "*an owl* · place 2, starts in about 2 minutes",
        f"*The sea* · 2026-05-04 10:20 · <{LINK}|Session>",
        "*slow-zoom* · It comes nearer.",
        "What you choose besides goes over them.",
        "/giffusion help",
    ):
        assert words in text_of(home)
    assert "Somebody else" not in text_of(home)
    assert buttons(home, CANCEL) == [JOB, "cd" * 12]
    assert buttons(home, EDIT) == [SESSION]
    assert buttons(home, COMPOSE) == [None, "slow-zoom"]
    assert buttons(home, HOME) == [None]
    assert slack.calls.count("views.publish") == 1


async def test_whoever_has_nothing_yet_is_told_so_and_how_to_begin(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    service.lists = {
        Queue(): ListCard("Queue", (Row("", position=0),)),
        Sessions(): ListCard("Your animations", (), "There are none yet."),
    }
    home = await home_of(slack)
    assert "Nothing of yours waits or is being made." in text_of(home)
    assert "There are none yet." in text_of(home)
    assert buttons(home, COMPOSE) == [None]
    assert buttons(home, CANCEL) == []


async def test_it_is_in_its_readers_language(slack: LoopbackSlack) -> None:
    slack.people["U1"] = {"locale": "zh-CN"}
    home = await home_of(slack)
    assert "预设" in text_of(home)
    assert "取消" in text_of(home)


async def test_the_tab_with_the_messages_is_left_alone(slack: LoopbackSlack) -> None:
    await slack.event({"type": "app_home_opened", "user": "U2", "tab": "messages"})
    await home_of(slack)
    assert list(slack.views.homes) == ["U1"]


async def test_a_job_is_cancelled_there_and_the_home_says_so_without_it(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    home = await home_of(slack)
    service.lists[Queue()] = ListCard("Queue", ())
    await slack.press_in_view(home, CANCEL, value=JOB)
    await eventually(lambda: "The job is cancelled." in text_of(slack.views.homes["U1"]))
    assert service.cancelled == [JOB]
    assert buttons(slack.views.homes["U1"], CANCEL) == []


async def test_why_a_job_can_not_be_cancelled_stands_in_the_home(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    service.owner = "somebody else"
    await slack.press_in_view(await home_of(slack), CANCEL, value=JOB)
    await eventually(lambda: "belongs to somebody else" in text_of(slack.views.homes["U1"]))
    assert service.cancelled == []
    assert slack.said_in_private == []


async def test_refresh_brings_it_up_to_date(slack: LoopbackSlack, service: PlayingService) -> None:
    home = await home_of(slack)
    service.lists[Sessions()] = ListCard("Your animations", (Row("A new one"), SEA))
    await slack.press_in_view(home, HOME)
    await eventually(lambda: "A new one" in text_of(slack.views.homes["U1"]))


@pytest.mark.parametrize("preset", [None, "slow-zoom"])
async def test_an_animation_begins_with_a_form_with_or_without_a_preset(
    slack: LoopbackSlack, service: PlayingService, preset: str | None
) -> None:
    service.suggestions["preset"] = [("slow-zoom: It comes nearer.", "slow-zoom")]
    home = await home_of(slack)
    if preset:
        await slack.press_in_view(home, COMPOSE, value=preset)
    else:
        await slack.press_in_view(home, COMPOSE)
    await eventually(lambda: slack.views.open)
    (form,) = slack.views.open.values()
    await slack.submit(form, {"prompts": "0: a fox"})
    await eventually(lambda: service.incoming)
    (incoming,) = service.incoming
    assert incoming.command == Animate({"prompts": "0: a fox"}, preset=preset or "")
    assert slack.calls.count("views.publish") == 1  # nothing has changed there


async def test_an_earlier_animation_opens_as_a_form(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    service.recalled[SESSION] = Recalled(SESSION, service.owner, "0: the sea", {"seed": "7"})
    await slack.press_in_view(await home_of(slack), EDIT, value=SESSION)
    await eventually(lambda: any("0: the sea" in form.text for form in slack.views.open.values()))


async def test_a_form_that_does_not_open_is_owned_up_to(slack: LoopbackSlack) -> None:
    home = await home_of(slack)
    slack.faults["views.open"].append(Refusal("expired_trigger_id"))
    await slack.press_in_view(home, COMPOSE, value="slow-zoom")
    await eventually(lambda: "needed too long to open the form" in text_of(slack.views.homes["U1"]))


async def test_users_words_ping_nobody_and_are_no_markup(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    named = Row("<!channel> *& <@U2>", "<http://evil.example|free>", session=SESSION)
    service.lists[Sessions()] = ListCard("Your animations", (named,))
    home = text_of(await home_of(slack))
    assert "&lt;!channel&gt;" in home and "&lt;http://evil.example|free&gt;" in home
    assert "<!channel>" not in home and "<@U2>" not in home


async def test_long_lists_and_long_words_fit_into_slacks_limits(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    many = [Row("&" * 5_000, "<" * 5_000, session=SESSION, link=LINK) for _ in range(60)]
    jobs = [Row("a fox & an owl " * 400, job=JOB, position=place) for place in range(60)]
    service.lists = {
        Queue(): ListCard("Queue", tuple(jobs), "And 12 more."),
        Sessions(): ListCard("Your animations", tuple(many), "And 200 more."),
        Presets(): ListCard("Presets", tuple(Row(f"p{n}", "-" * 999) for n in range(60)), "Note"),
    }
    home = await home_of(slack)
    service.lists[Queue()] = ListCard("Queue", tuple(jobs[:50]))
    await slack.press_in_view(home, CANCEL, value=JOB)
    await eventually(lambda: "The job is cancelled." in text_of(slack.views.homes["U1"]))
    assert len(slack.views.homes["U1"]["blocks"]) <= 100
    assert slack.problems == []


async def test_what_can_not_be_told_now_is_said_in_its_place(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    service.failure = StoreAwayError()
    home = await home_of(slack)
    assert text_of(home).count("The job store can't be reached now") == 3
    assert buttons(home, COMPOSE) == [None]


@pytest.mark.parametrize("fault", [Refusal("not_enabled"), Outage()])
async def test_a_home_that_slack_does_not_take_is_logged_and_drawn_when_it_is_next_opened(
    slack: LoopbackSlack, caplog: pytest.LogCaptureFixture, fault: Refusal | Outage
) -> None:
    slack.faults["views.publish"].append(fault)
    with caplog.at_level(logging.WARNING):
        await slack.open_home()
        await eventually(lambda: "home tab can't be drawn" in caplog.text)
    assert slack.views.homes == {}
    assert "*a fox*" in text_of(await home_of(slack))
