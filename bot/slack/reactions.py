"""Reactions to messages of the bot, which do what its buttons do."""

from collections.abc import Mapping
from typing import Any

from bot.commands import Command, Inspire, split_flags
from bot.gestures.commands import again, inspired_by, other_prompts
from bot.gestures.reactions import NOT_YOURS, Reaction
from bot.slack.cards import prompts_in
from bot.slack.deletion import delete_result, remove_message
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.history import Message, is_own
from bot.slack.reading import job_of, subjects_of
from bot.slack.text import plain, without_mention
from engine.errors import JobError

_NAMES = {
    "repeat": Reaction.AGAIN,
    "sparkles": Reaction.INSPIRE,
    "envelope": Reaction.SEND,
    "email": Reaction.SEND,
    "e-mail": Reaction.SEND,
    "incoming_envelope": Reaction.SEND,
    "x": Reaction.DELETE,
}


def is_gesture(event: Mapping[str, Any]) -> bool:
    """Whether a reaction may mean something to the bot."""
    return event.get("reaction") in _NAMES and event["item"].get("type") == "message"


async def take_reaction(desk: Desk, origin: Origin, event: Mapping[str, Any]) -> None:
    """Take on a reaction that means something where it was put; leave others alone."""
    reaction, item = _NAMES[event["reaction"]], event["item"]
    own = event.get("item_user") in (origin.workspace.bot, None)
    if origin.user == origin.workspace.bot or (not own and reaction is not Reaction.INSPIRE):
        return
    message = await desk.history.message(origin.workspace, item["channel"], item["ts"])
    if message is None:
        return
    origin = origin.below(message)
    try:
        if is_own(origin.workspace, message):
            await _to_own(desk, origin, message, reaction)
        else:
            await _to_anybodys(desk, origin, message)
    except Exception as error:
        await desk.tell(origin, sentence_of(error))


async def _to_own(desk: Desk, origin: Origin, message: Message, reaction: Reaction) -> None:
    blocks = message.get("blocks") or []
    if job := job_of(blocks):
        await _to_result(desk, origin, message, job, reaction)
    elif (prompts := prompts_in(blocks)) is not None:
        if reaction in (Reaction.AGAIN, Reaction.INSPIRE):
            await _take(desk, origin, message, other_prompts(prompts, subjects_of(blocks)))
        elif reaction is Reaction.DELETE:
            await _delete_prompts(desk, origin, message)


async def _to_result(
    desk: Desk, origin: Origin, message: Message, job: str, reaction: Reaction
) -> None:
    match reaction:
        case Reaction.AGAIN:
            await _take(desk, origin, message, again(job))
        case Reaction.INSPIRE:
            await _take(desk, origin, message, await inspired_by(desk.service, job))
        case Reaction.SEND:
            await desk.send_directly(origin, await desk.service.result(job))
        case Reaction.DELETE:
            await delete_result(desk, origin, job, origin.channel, message["ts"])


async def _delete_prompts(desk: Desk, origin: Origin, message: Message) -> None:
    """Delete prompts, for an admin or for whoever's message they answer."""
    root = await desk.history.message(origin.workspace, origin.channel, origin.thread)
    asker = root is not None and root.get("user") == origin.user
    if not asker and not (await desk.people.of(origin.workspace, origin.user)).admin:
        raise JobError(NOT_YOURS)
    await remove_message(origin, origin.channel, message["ts"])


async def _to_anybodys(desk: Desk, origin: Origin, message: Message) -> None:
    """Draw prompts from somebody's own, in a message that they sent to the bot."""
    text, bot = str(message.get("text") or ""), origin.workspace.bot
    if message.get("bot_id") or (f"<@{bot}" not in text and not origin.channel.startswith("D")):
        return
    prompts, _ = split_flags(plain(without_mention(text, bot)))
    if prompts:
        await _take(desk, origin, message, Inspire(prompts))


async def _take(desk: Desk, origin: Origin, message: Message, command: Command) -> None:
    # Put again at once, as by a slip of the finger, a reaction asks for nothing more.
    if not desk.pressed.again((origin.user, message["ts"], type(command))):
        await desk.take(origin, command)
