"""What presses on buttons do."""

import logging
from typing import Any

import discord

from bot.discord.buttons import Action
from bot.discord.desk import BROKEN, Desk, user_of
from bot.discord.message import CONTENT_LENGTH, plain
from engine.errors import GiffusionError

_log = logging.getLogger(__name__)


async def take_press(
    desk: Desk, interaction: discord.Interaction[Any], action: Action, subject: str
) -> None:
    """Do what a button says, with its subject."""
    match action:
        case Action.CANCEL | Action.KEEP:
            await _stop(desk, interaction, subject, keep=action is Action.KEEP)


async def _stop(desk: Desk, interaction: discord.Interaction[Any], job: str, *, keep: bool) -> None:
    """End a job for its owner or an admin, and tell whoever pressed what came of it."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        answer = await desk.service.cancel(job, user_of(interaction), keep=keep)
    except GiffusionError as error:
        answer = str(error)
    except Exception:
        _log.exception("A cancellation from Discord failed")
        answer = BROKEN
    words = desk.language(interaction).say(answer)
    await interaction.edit_original_response(content=plain(words, CONTENT_LENGTH))
