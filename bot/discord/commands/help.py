"""`/giffusion help`: how the bot is used, told to whoever asks alone."""

from bot.commands import Help
from bot.discord.commands.options import Option, Subcommand, subcommand
from bot.discord.commands.suggestions import help_topics
from bot.discord.desk import Desk, Interaction
from bot.language import N_


def help_(desk: Desk) -> Subcommand:
    """The subcommand that explains the others, and every setting."""

    async def explain(interaction: Interaction, topic: str | None) -> None:
        await desk.take(interaction, Help((topic or "").strip()), private=True)

    return subcommand(
        "help",
        N_("How the bot is used, or what a setting does"),
        explain,
        Option("topic", N_("A setting, a group of them, or keyframes"), suggest=help_topics),
    )
