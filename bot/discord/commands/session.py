"""`/giffusion session`: animations that a user comes back to."""

from discord import app_commands

from bot.commands import Save, Sessions
from bot.discord.commands.options import Option, Subcommand, subcommand
from bot.discord.commands.suggestions import suggest
from bot.discord.desk import Desk, Interaction
from bot.language import N_

_NAME_LENGTH = 100


def session(desk: Desk) -> app_commands.Group:
    """The group of subcommands about sessions."""
    group = app_commands.Group(
        name="session", description=N_("Animations of yours to come back to")
    )
    group.add_command(_save(desk))
    group.add_command(_list(desk))
    return group


def _save(desk: Desk) -> Subcommand:
    async def save(interaction: Interaction, session: str, name: str) -> None:
        await desk.take(interaction, Save(session.strip(), name.strip()), private=True)

    return subcommand(
        "save",
        N_("Give an animation a name"),
        save,
        _which(desk),
        Option(
            "name",
            N_("What you will find it by"),
            app_commands.Range[str, 1, _NAME_LENGTH],
            required=True,
        ),
    )


def _list(desk: Desk) -> Subcommand:
    async def show(interaction: Interaction) -> None:
        await desk.take(interaction, Sessions(), private=True)

    return subcommand("list", N_("The animations that you have made"), show)


def _which(desk: Desk) -> Option:
    return Option(
        "session",
        N_("Its name, id or link"),
        required=True,
        suggest=suggest(desk, "session"),
    )
