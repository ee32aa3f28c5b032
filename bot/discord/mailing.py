"""Cards sent to somebody in a direct message."""

import discord
from discord.utils import DEFAULT_FILE_SIZE_LIMIT_BYTES

from bot.cards import Card
from bot.discord.cards import draw
from bot.language import N_, Language
from engine.errors import JobError

_TOO_LARGE = 413
_CLOSED = N_("Your direct messages are closed to me, so I can't send it to you.")


async def send_directly(client: discord.Client, user: int, card: Card, language: Language) -> None:
    """Send somebody a card; JobError where they take no messages from the bot."""
    try:
        channel = await client.create_dm(discord.Object(user))
        try:
            await channel.send(**draw(card, DEFAULT_FILE_SIZE_LIMIT_BYTES, language).as_message())
        except discord.HTTPException as error:
            if error.status != _TOO_LARGE:
                raise
            await channel.send(**draw(card, 0, language).as_message())
    except discord.Forbidden as error:
        raise JobError(_CLOSED) from error
