"""The form in which a session gets its name. The session stands in the form's id."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.discord.answering import answer_privately
from bot.discord.desk import Desk, Interaction, user_of
from bot.language import N_, Language

_ID = "giffusion:name:"
_LONGEST_NAME = 60


def name_form(language: Language, job: str) -> discord.ui.Modal:
    """A form that asks for a session's name."""
    name: discord.ui.TextInput[discord.ui.View] = discord.ui.TextInput(
        custom_id="name", max_length=_LONGEST_NAME
    )
    made = discord.ui.Modal(title=language.say(N_("Save session")), custom_id=f"{_ID}{job}")
    made.add_item(discord.ui.Label(text=language.say(N_("Its name")), component=name))
    made.stop()  # or discord.py would remember it until it is sent in, which may be never
    return made


async def take_name(desk: Desk, interaction: Interaction) -> bool:
    """Save a session under the name that was sent in; false where it is another form."""
    data: Mapping[str, Any] = interaction.data or {}
    if interaction.type is not discord.InteractionType.modal_submit:
        return False
    if not data["custom_id"].startswith(_ID):
        return False
    job = data["custom_id"].removeprefix(_ID)
    name = data["components"][0]["component"]["value"]
    await answer_privately(
        desk, interaction, lambda: desk.service.save(job, user_of(interaction), name)
    )
    return True
