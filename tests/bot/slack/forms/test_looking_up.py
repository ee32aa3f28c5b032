"""The composer's modal while what it is filled in with is looked up."""

import pytest

from bot.gestures.actions import Action
from bot.port import Recalled
from bot.slack.buttons import PREFIX
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_forms import PROMPTS, form, inputs_of, opened
from tests.support.slack_server import TEAM, LoopbackSlack, eventually

MADE_OF = Recalled(JOB, f"slack:{TEAM}:U1", PROMPTS, {"zoom": "1.02"})
EDIT = f"{PREFIX}{Action.EDIT}"
pytestmark = pytest.mark.usefixtures("animation")


async def test_while_it_is_looked_up_a_moments_patience_is_asked_for(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    service.recalled[JOB] = MADE_OF
    service.open.clear()
    await slack.press(EDIT)
    await eventually(lambda: slack.views.open)
    assert "One moment…" in form(slack).text
    service.open.set()
    await opened(slack)


async def test_a_form_that_was_closed_meanwhile_is_left_closed(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    service.recalled[JOB] = MADE_OF
    service.open.clear()
    await slack.press(EDIT)
    await eventually(lambda: slack.views.open)
    slack.views.open.clear()
    service.open.set()
    await eventually(lambda: "views.update" in slack.calls)
    await slack.command("")
    await opened(slack)
    assert not slack.said_in_private


async def test_an_animation_that_is_gone_is_told_of_in_the_form(
    slack: LoopbackSlack, service: PlayingService
) -> None:
    await slack.press(EDIT)
    await eventually(lambda: slack.views.open and "no such session" in form(slack).text)
    assert inputs_of(form(slack)) == {}


async def test_a_slow_storage_is_told_of_in_the_form(
    slack: LoopbackSlack, service: PlayingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.forms.composer._RECALL_SECONDS", 0.05)
    service.open.clear()
    await slack.press(EDIT)
    await eventually(lambda: slack.views.open and "read in time" in form(slack).text)
