"""`/giffusion session`: animations that a user comes back to."""

import asyncio
import re

from discord import app_commands

from bot.commands import Save, Sessions
from bot.discord.commands.options import Option, Subcommand, subcommand
from bot.discord.commands.suggestions import groups_of_settings, suggest
from bot.discord.composer import form
from bot.discord.desk import Desk, Interaction, user_of
from bot.gestures.forms import from_session
from bot.language import N_
from bot.library import only

RECALL_SECONDS = 2.0  # of the three in which a form must open
_NAME_LENGTH = 100
_GROUP = re.compile(r"\w+")
_SLOW = N_("That animation could not be read in time. Please try again in a moment.")


def session(desk: Desk) -> app_commands.Group:
    """The group of subcommands about sessions."""
    group = app_commands.Group(
        name="session", description=N_("Animations of yours to come back to")
    )
    group.add_command(_save(desk))
    group.add_command(_load(desk))
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


def _load(desk: Desk) -> Subcommand:
    async def load(interaction: Interaction, session: str, groups: str | None) -> None:
        try:
            async with asyncio.timeout(RECALL_SECONDS):
                found = await desk.service.find(user_of(interaction), session.strip())
                recalled = await desk.service.recall(found)
        except TimeoutError:
            await desk.tell(interaction, _SLOW)
            return
        chosen = only(recalled, _GROUP.findall(groups or ""))
        await interaction.response.send_modal(
            form(desk.language(interaction), from_session(N_("Make it anew"), chosen))
        )

    return subcommand(
        "load",
        N_("Change the settings of an animation and make it anew"),
        load,
        _which(desk),
        Option(
            "groups",
            N_("Only these groups of its settings, such as: prompts, motion"),
            suggest=groups_of_settings,
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
