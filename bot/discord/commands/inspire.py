"""`/giffusion inspire`: prompts to begin with."""

from bot.commands import Inspire
from bot.discord.commands.options import Option, Subcommand, subcommand
from bot.discord.desk import Desk, Interaction
from bot.language import N_


def inspire(desk: Desk) -> Subcommand:
    """The subcommand that draws prompts."""

    async def draw(interaction: Interaction, topics: str | None) -> None:
        await desk.take(interaction, Inspire((topics or "").strip()))

    return subcommand(
        "inspire",
        N_("Draw prompts to animate, from your topics or from any"),
        draw,
        Option("topics", N_("What the prompts are about, such as: sea, neon city")),
    )
