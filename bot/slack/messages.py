"""Messages that mention the bot, are written to it alone, or reply to its animations with files."""

from collections.abc import Mapping
from typing import Any

from bot.cards import TextCard
from bot.commands import Command, parse_command, parse_reply
from bot.gestures.commands import FILES_ALONE, NOTHING_NEW, with_changes
from bot.slack.attachments import find_attachments
from bot.slack.cards import prompts_in
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.history import Message
from bot.slack.reading import job_of, subjects_of
from bot.slack.text import plain, without_mention

_WRITTEN = (None, "file_share", "thread_broadcast")
"""Edits, deletions and the like come as messages too, each with a subtype of its own."""


def is_written(event: Mapping[str, Any]) -> bool:
    """Whether a person has just written something."""
    # Two bots that answer each other would never stop.
    return not event.get("bot_id") and event.get("subtype") in _WRITTEN and "user" in event


async def is_meant(desk: Desk, origin: Origin, event: Mapping[str, Any]) -> bool:
    """Whether what somebody wrote is for the bot.

    It is if it mentions the bot, is said to it alone, or brings files into the thread of one of its
    animations; other words in such a thread are people talking to each other.
    """
    if event.get("type") == "app_mention" or event.get("channel_type") == "im":
        return True
    if origin.workspace.bot in (event.get("text") or ""):
        return False  # it comes as a mention as well
    if not event.get("files") or not event.get("thread_ts"):
        return False
    return await _about(desk, origin, event) is not None


async def take_message(desk: Desk, origin: Origin, event: Mapping[str, Any]) -> None:
    """Have what a message says carried out, with its files."""
    try:
        asked = await _asked(desk, origin, event)
    except Exception as error:
        asked = TextCard(sentence_of(error), error=True)
    if isinstance(asked, TextCard):
        await desk.answer(origin, asked)
        return
    files = await find_attachments(origin.workspace.client, event.get("files") or ())
    await desk.take(origin, asked, files)


async def _asked(desk: Desk, origin: Origin, event: Mapping[str, Any]) -> Command | TextCard:
    """The command that a message gives, or what to say to it instead."""
    words = plain(without_mention(event.get("text") or "", origin.workspace.bot))
    files = event.get("files")
    if (above := await _about(desk, origin, event)) is not None:
        blocks = above.get("blocks") or []
        if job := job_of(blocks):
            return parse_reply(words, like=job) if words or files else TextCard(NOTHING_NEW)
        return with_changes(prompts_in(blocks) or "", words, subjects_of(blocks))
    return TextCard(FILES_ALONE) if files and not words else parse_command(words)


async def _about(desk: Desk, origin: Origin, event: Mapping[str, Any]) -> Message | None:
    """The bot's animation or prompts that a message in a thread is about: the newest there."""
    if not event.get("thread_ts"):
        return None
    own = await desk.history.own_in_thread(origin.workspace, event["channel"], event["thread_ts"])
    for message in own:
        blocks = message.get("blocks") or []
        if message["ts"] < event["ts"] and (job_of(blocks) or prompts_in(blocks) is not None):
            return message
    return None
