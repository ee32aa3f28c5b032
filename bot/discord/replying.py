"""Messages of the bot below others' messages, by its own token."""

import asyncio
import hashlib

import discord
from discord.utils import DEFAULT_FILE_SIZE_LIMIT_BYTES

from bot.cards import LastCard, WaitingCard
from bot.discord.cards import draw
from bot.discord.message import CONTENT_LENGTH, plain
from bot.language import language_of

_NOTE_SECONDS = 20.0
_PAUSES = (1.0, 5.0)  # before Discord, where it is out of order, is asked again
_NONCE_LENGTH = 25


async def reply(
    origin: discord.Message, card: WaitingCard | LastCard, occasion: str
) -> discord.Message | None:
    """Post a card below a message, which pings nobody; None where that was done before.

    `occasion` makes it one message for one event: Discord answers with the message that is there
    already, for some minutes, also when the bot was restarted meanwhile. Raises what discord.py
    raises where nothing can be posted.
    """
    drawing = draw(card, upload_bytes(origin), language_of(language_below(origin)))
    for pause in (*_PAUSES, None):
        try:
            posted = await origin.channel.send(
                **drawing.as_message(),
                reference=_reference(origin),
                mention_author=False,
                nonce=_nonce(occasion),
            )
            return posted if drawing.is_in(posted) else None
        except discord.DiscordServerError:
            if pause is None:
                raise
            await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")


async def leave_note(origin: discord.Message, words: str) -> None:
    """Say something below a message for some seconds; raises as `reply` does."""
    await origin.channel.send(
        plain(words, CONTENT_LENGTH),
        reference=_reference(origin),
        allowed_mentions=discord.AllowedMentions.none(),
        delete_after=_NOTE_SECONDS,
    )


def channel_of(message: discord.Message) -> object:
    """A message's channel, with what is known of it: one that was fetched has its id alone."""
    whole = message.guild and message.guild.get_channel_or_thread(message.channel.id)
    return whole or message.channel


def upload_bytes(origin: discord.Message) -> int:
    """The largest file that the bot may post below a message."""
    return origin.guild.filesize_limit if origin.guild else DEFAULT_FILE_SIZE_LIMIT_BYTES


def language_below(origin: discord.Message) -> str:
    """The server's locale: a message doesn't tell its author's own."""
    return origin.guild.preferred_locale.value if origin.guild else ""


def _reference(origin: discord.Message) -> discord.MessageReference:
    return origin.to_reference(fail_if_not_exists=False)


def _nonce(occasion: str) -> str:
    if len(occasion) <= _NONCE_LENGTH:
        return occasion
    return hashlib.sha256(occasion.encode()).hexdigest()[:_NONCE_LENGTH]
