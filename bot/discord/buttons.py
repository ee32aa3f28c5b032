"""Buttons whose ids say what they do, so that they work for as long as their message stands.

After a restart Discord tells a press by the button's id alone, and discord.py makes the button anew
from that: https://discordpy.readthedocs.io/en/stable/interactions/api.html#dynamicitem
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import discord

from bot.language import N_, Language

LONGEST_SUBJECT = 80  # of the 100 characters that Discord gives an id


class Action(StrEnum):
    """What a press does. The values are in the ids of buttons posted long ago: they stay."""

    CANCEL = "cancel"
    KEEP = "keep"
    AGAIN = "again"
    EDIT = "edit"
    INSPIRE = "inspire"
    FRAME = "frame"
    VIDEO = "video"
    SAVE = "save"
    DELETE = "delete"
    CONFIRM = "confirm"  # that it is deleted; the subject has the message as well
    ANIMATE = "animate"  # the prompts that stand in the message
    FILL = "fill"  # the same, but in a form first; the subject is a job whose files they go with
    DRAW = "draw"  # other prompts; the subject is their topics


@dataclass(frozen=True, slots=True)
class Look:
    """How a button appears."""

    label: str
    emoji: str | None = None
    style: discord.ButtonStyle = discord.ButtonStyle.secondary


LOOKS = {
    Action.CANCEL: Look(N_("Cancel"), style=discord.ButtonStyle.danger),
    Action.KEEP: Look(N_("Stop and keep")),
    Action.AGAIN: Look(N_("Again"), "🔁", discord.ButtonStyle.primary),
    Action.EDIT: Look(N_("Edit"), "✏️"),
    Action.INSPIRE: Look(N_("Inspire"), "✨"),
    Action.FRAME: Look(N_("Frame as picture"), "🖼️"),
    Action.VIDEO: Look(N_("Use as video"), "🎞️"),
    Action.SAVE: Look(N_("Save"), "💾"),
    Action.DELETE: Look(N_("Delete"), "🗑️", discord.ButtonStyle.danger),
    Action.CONFIRM: Look(N_("Delete it"), style=discord.ButtonStyle.danger),
    Action.ANIMATE: Look(N_("Animate"), "🎬", discord.ButtonStyle.primary),
    Action.FILL: Look(N_("Edit"), "✏️"),
    Action.DRAW: Look(N_("Again"), "🎲"),
}


# Topics may have several lines.
_ID = re.compile(
    rf"giffusion:(?P<action>{'|'.join(Action)}):(?P<subject>.{{0,{LONGEST_SUBJECT}}})", re.DOTALL
)


class ActionButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=_ID,
):
    """A button that does something with its subject, mostly a job, in the language of `language`.

    `label` takes the place of the usual one.
    """

    def __init__(
        self, action: Action, subject: str, language: Language, label: str | None = None
    ) -> None:
        look = LOOKS[action]
        super().__init__(
            discord.ui.Button(
                label=label or language.say(look.label),
                emoji=look.emoji,
                style=look.style,
                custom_id=f"giffusion:{action}:{subject[:LONGEST_SUBJECT]}",
            )
        )
        self.action = action
        self.subject = subject

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], _item: object, match: re.Match[str], /
    ) -> Self:
        """Make the button anew from its id, as Discord sends it with a press."""
        language = interaction.client.desk.language(interaction)
        return cls(Action(match["action"]), match["subject"], language)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the client."""
        await interaction.client.on_press(interaction, self.action, self.subject)


def read_id(custom_id: str) -> tuple[Action, str] | None:
    """What a button of that id does, and its subject; None where it is no button of ours."""
    found = _ID.fullmatch(custom_id)
    return (Action(found["action"]), found["subject"]) if found else None
