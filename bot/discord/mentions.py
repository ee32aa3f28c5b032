"""Messages that mention the bot, or reply to one of its own."""

import re
from dataclasses import replace

import discord

from bot.cards import TextCard
from bot.commands import Command, parse_command, parse_reply
from bot.discord.answering import sentence_of
from bot.discord.cards import prompts_in
from bot.discord.desk import Desk
from bot.discord.reading import job_of, subjects_of
from bot.discord.replying import language_below
from bot.gestures.commands import FILES_ALONE, NOTHING_NEW, with_changes
from bot.language import N_, language_of

_GONE = N_("The message that you reply to is deleted. Please reply to one that still stands.")
_READ = frozenset({discord.MessageType.default, discord.MessageType.reply})


async def take_message(desk: Desk, client: discord.Client, message: discord.Message) -> None:
    """Take on a message that is meant for the bot; leave others alone."""
    me = client.user.id if client.user else 0
    if not _is_meant(message, me):
        return
    try:
        asked = await _asked(message, me)
    except Exception as error:
        asked = TextCard(sentence_of(error), error=True)
    if isinstance(asked, TextCard):
        said = language_of(language_below(message)).say(asked.text)
        await desk.answer(message, replace(asked, text=said))
        return
    await desk.take_message(message, message.author, asked, message.attachments)


def _is_meant(message: discord.Message, me: int) -> bool:
    """Whether a person says something to the bot; a ping of all or of a role is not for it."""
    # To answer bots would make two of them talk for ever.
    if message.author.bot or message.webhook_id is not None or message.type not in _READ:
        return False
    return message.guild is None or any(user.id == me for user in message.mentions)


async def _asked(message: discord.Message, me: int) -> Command | TextCard:
    """The command that a message gives, or what to say to it instead."""
    words = re.sub(rf"<@!?{me}>", " ", message.content).strip()
    replied_to = await _replied_to(message)
    if isinstance(replied_to, TextCard):
        return replied_to
    if replied_to and replied_to.author.id == me:
        if job := job_of(replied_to):
            new = words or message.attachments
            return parse_reply(words, like=job) if new else TextCard(NOTHING_NEW)
        if prompts := prompts_in(replied_to):
            return with_changes(prompts, words, subjects_of(replied_to))
    if message.attachments and not words:
        return TextCard(FILES_ALONE)
    return parse_command(words)


async def _replied_to(message: discord.Message) -> discord.Message | TextCard | None:
    """The message that one replies to, if it is a reply; words where that is gone."""
    reference = message.reference
    if message.type is not discord.MessageType.reply or reference is None:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    if reference.message_id is None or reference.resolved is not None:
        return TextCard(_GONE, error=True)
    try:
        return await message.channel.fetch_message(reference.message_id)
    except (discord.NotFound, discord.Forbidden):
        return TextCard(_GONE, error=True)
