"""Buttons whose ids say what they do, so that they work for as long as their message stands.

After a restart Discord tells a press by the button's id alone, and discord.py makes the button anew
from that: https://discordpy.readthedocs.io/en/stable/interactions/api.html#dynamicitem
"""

import re
from typing import Any, Self

import discord

from bot.gestures.actions import LOOKS, Action, Weight
from bot.language import Language

LONGEST_SUBJECT = 80  # of the 100 characters that Discord gives an id


_STYLES = {
    Weight.USUAL: discord.ButtonStyle.secondary,
    Weight.PRIMARY: discord.ButtonStyle.primary,
    Weight.DANGER: discord.ButtonStyle.danger,
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
                emoji=look.emoji or None,
                style=_STYLES[look.weight],
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
