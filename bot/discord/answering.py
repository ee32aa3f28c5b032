"""Answers in a sentence that only whoever asked sees."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.discord.desk import BROKEN, Desk, Interaction
from bot.discord.message import CONTENT_LENGTH, plain
from bot.language import N_
from engine.errors import GiffusionError

_SLOW = N_("That took too long to look up. Please try again.")
_log = logging.getLogger(__name__)


async def answer_privately(
    desk: Desk, interaction: Interaction, ask: Callable[[], Awaitable[str]]
) -> None:
    """Acknowledge an interaction, then tell its user what came of asking the core."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        answer = await ask()
    except Exception as error:
        answer = sentence_of(error)
    words = desk.language(interaction).say(answer)
    await interaction.edit_original_response(content=plain(words, CONTENT_LENGTH))


def sentence_of(error: Exception) -> str:
    """What a user is told of a failure; one that is nobody's but ours is logged."""
    if isinstance(error, GiffusionError):
        return str(error)
    if isinstance(error, asyncio.TimeoutError):
        return _SLOW
    _log.error("Something from Discord could not be carried out", exc_info=error)
    return BROKEN
