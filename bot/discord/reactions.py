"""Reactions to messages of the bot, which do what its buttons do."""

import discord

from bot.discord.desk import Desk


async def take_reaction(
    desk: Desk, client: discord.Client, reaction: discord.RawReactionActionEvent
) -> None:
    """Take on a reaction that means something here; leave others alone."""
