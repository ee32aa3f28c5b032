"""What presses on buttons do. A press is its user's own: a new animation is theirs."""

from collections.abc import Mapping
from typing import Any

from bot.gestures.actions import Action
from bot.gestures.commands import NO_PROMPTS, of_press
from bot.gestures.forms import OF_ACTION, Composition, from_prompts
from bot.language import N_
from bot.slack.buttons import read_button
from bot.slack.cards import prompts_in
from bot.slack.deletion import delete_result
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.composer import COMPOSE, empty, open_composer
from bot.slack.forms.naming import open_naming
from engine.errors import JobError

_DELETED = N_("It is deleted.")


async def take_press(
    desk: Desk, origin: Origin, element: Mapping[str, Any], body: Mapping[str, Any]
) -> None:
    """Do what a button says; `body` is all that Slack tells of the press."""
    read = read_button(element)
    try:
        if element.get("action_id") == COMPOSE:
            filled = empty(str(element.get("value") or ""))
            await open_composer(desk, origin, body["trigger_id"], filled)
        elif read is not None:  # a link is opened by the browser
            await _do(desk, origin, *read, body)
    except Exception as error:
        await desk.tell(origin, sentence_of(error))


async def _do(
    desk: Desk, origin: Origin, action: Action, subject: str, body: Mapping[str, Any]
) -> None:
    message = body.get("message") or {}
    match action:
        case Action.CANCEL | Action.KEEP:
            keep = action is Action.KEEP
            await desk.tell(origin, await desk.service.cancel(subject, origin.person, keep=keep))
        case Action.SAVE:
            await open_naming(origin, body["trigger_id"], subject)
        case Action.DELETE | Action.CONFIRM:
            channel, ts = origin.channel, str(message.get("ts"))
            await delete_result(desk, origin, subject, channel, ts)
            await desk.tell(origin, _DELETED)
        case Action.EDIT | Action.FRAME | Action.VIDEO | Action.FILL:
            filled = _filled(desk, action, subject, message)
            await open_composer(desk, origin, body["trigger_id"], filled)
        case Action.AGAIN | Action.ANIMATE | Action.INSPIRE | Action.DRAW:
            prompts = prompts_in(message.get("blocks") or [])
            command = await of_press(desk.service, action, subject, prompts)
            if not desk.pressed.again((origin.user, message.get("ts"), action)):
                await desk.take(origin, command)


async def _filled(
    desk: Desk, action: Action, subject: str, message: Mapping[str, Any]
) -> Composition:
    """What the form is filled in with that a button opens."""
    if action is not Action.FILL:
        return OF_ACTION[action](await desk.service.recall(subject))
    prompts = prompts_in(message.get("blocks") or [])
    if prompts is None:
        raise JobError(NO_PROMPTS)
    return from_prompts(prompts, subject)
