"""The form in which an animation is composed: prompts on many lines, files, settings."""

from bot.discord.desk import Desk, Interaction


async def take_form(desk: Desk, interaction: Interaction) -> None:
    """Take on a form of ours that was sent in, if the interaction is one."""
