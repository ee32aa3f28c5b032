"""What presses on buttons do."""

from collections.abc import Mapping
from typing import Any

from bot.gestures.actions import Action
from bot.slack.buttons import read_button
from bot.slack.desk import Desk, Origin, sentence_of


async def take_press(
    desk: Desk, origin: Origin, element: Mapping[str, Any], body: Mapping[str, Any]
) -> None:
    """Do what a button says; `body` is all that Slack tells of the press."""
    read = read_button(element)
    if read is None:  # a link, which the browser has opened
        return
    action, subject = read
    try:
        await _do(desk, origin, action, subject)
    except Exception as error:
        await desk.tell(origin, sentence_of(error))


async def _do(desk: Desk, origin: Origin, action: Action, subject: str) -> None:
    match action:
        case Action.CANCEL | Action.KEEP:
            keep = action is Action.KEEP
            said = await desk.service.cancel(subject, origin.person, keep=keep)
            await desk.tell(origin, said)
