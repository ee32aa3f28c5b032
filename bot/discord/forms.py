"""Forms that were sent in, told apart by their ids."""

from bot.discord import composer, naming
from bot.discord.desk import Desk, Interaction


async def take_form(desk: Desk, interaction: Interaction) -> None:
    """Take on a form of ours that was sent in, if the interaction is one."""
    if not await naming.take_name(desk, interaction):
        await composer.take_form(desk, interaction)
