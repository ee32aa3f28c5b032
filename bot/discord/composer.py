"""The form in which an animation is composed: prompts on many lines, files, settings."""

import discord

from bot.discord.desk import Desk, Interaction
from bot.language import Language


def form(
    language: Language,
    *,
    title: str,
    prompts: str = "",
    negative: str = "",
    settings: str = "",
    subject: str = "",
) -> discord.ui.Modal:
    """A form filled in with what is given; `subject` is a job whose files go with it."""
    made = discord.ui.Modal(title=language.say(title)[:45], custom_id=f"giffusion:form:::{subject}")
    texts = {"prompts": prompts, "negative": negative, "settings": settings}
    for name, text in texts.items():
        item: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
            custom_id=name, default=text or None, required=False
        )
        made.add_item(discord.ui.Label(text=name, component=item))
    made.stop()
    return made


async def take_form(desk: Desk, interaction: Interaction) -> None:
    """Take on a form of ours that was sent in, if the interaction is one."""
