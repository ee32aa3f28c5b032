"""Messages that mention the bot, or reply to one of its own."""

import discord

from bot.discord.desk import Desk


async def take_message(desk: Desk, message: discord.Message) -> None:
    """Take on a message that is meant for the bot; leave others alone."""
