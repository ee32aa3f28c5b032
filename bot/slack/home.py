"""The bot's home tab: what its user has in the queue, has made, and can begin with.

https://docs.slack.dev/surfaces/app-home
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.cards import ListCard
from bot.commands import List, Presets, Queue, Sessions
from bot.gestures.actions import Action
from bot.gestures.forms import OF_ACTION, Composition
from bot.slack.buttons import read_button
from bot.slack.client import UNREACHABLE, reason
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.composer import COMPOSE, empty, open_composer
from bot.slack.home_view import HOME, Home, draw_home

_log = logging.getLogger(__name__)


async def show_home(desk: Desk, origin: Origin, said: str = "") -> None:
    """Put the home tab of a user up to date; `said` is what they are to be told there.

    Never fails: what can't be had is said in its place, and a home that Slack doesn't take now is
    drawn again when it is next opened.
    """
    jobs, sessions, presets = await asyncio.gather(
        *(_list(desk, origin, command) for command in (Queue(), Sessions(), Presets()))
    )
    view = draw_home(Home(jobs, sessions, presets, said), origin.language)
    try:
        await origin.workspace.client.views_publish(user_id=origin.user, view=view)
    except (SlackApiError, *UNREACHABLE) as error:
        why = reason(error) if isinstance(error, SlackApiError) else repr(error)
        _log.warning("Somebody's home tab can't be drawn: %s", why)


async def take_home_press(
    desk: Desk, origin: Origin, element: Mapping[str, Any], body: Mapping[str, Any]
) -> None:
    """Do what a button of the home tab says; what there is to say of it is said there."""
    try:
        said = await _do(desk, origin, element, body["trigger_id"])
    except Exception as error:
        said = sentence_of(error)
    if said is not None:
        await show_home(desk, origin, said)


async def _do(desk: Desk, origin: Origin, element: Mapping[str, Any], trigger: str) -> str | None:
    """What is to be said after a press; None where the home stays as it is."""
    name = element.get("action_id")
    if name == HOME:
        return ""
    if name == COMPOSE:
        await open_composer(desk, origin, trigger, empty(str(element.get("value") or "")))
        return None
    match read_button(element):
        case Action.CANCEL, job:
            return await desk.service.cancel(job, origin.person)
        case Action.EDIT, session:
            await open_composer(desk, origin, trigger, _recalled(desk, session))
    return None


async def _recalled(desk: Desk, session: str) -> Composition:
    return OF_ACTION[Action.EDIT](await desk.service.recall(session))


async def _list(desk: Desk, origin: Origin, command: List) -> ListCard | str:
    """A list; or why it can't be had."""
    try:
        return await desk.service.list_card(origin.person, command)
    except Exception as error:
        return sentence_of(error)
