"""The command `/giffusion` as Discord's users see it."""

import inspect
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from bot.discord.desk import Desk, Interaction


@dataclass(frozen=True, slots=True)
class Option:
    """One option of `/giffusion`. `kind` is a type that discord.py knows options by."""

    name: str
    description: str
    kind: Any
    required: bool = False


OPTIONS = (
    Option(
        "prompts",
        "What to show, with frames: 0: a red circle | 24: a blue star. Or: help, keyframes",
        app_commands.Range[str, 1, 6_000],
        required=True,
    ),
    Option("settings", "Flags, such as: --fps 12 --seed 7 --format gif", str),
    Option("image", "A picture to start from", discord.Attachment),
    Option("audio", "A sound to go with the animation", discord.Attachment),
    Option("video", "A clip to work from", discord.Attachment),
)


def giffusion(desk: Desk) -> app_commands.Command[Any, ..., None]:
    """The command `/giffusion`, taken on by `desk`."""

    async def giffusion(interaction: Interaction, **values: Any) -> None:
        words = [value for value in values.values() if isinstance(value, str)]
        files = [value for value in values.values() if isinstance(value, discord.Attachment)]
        await desk.take(interaction, " ".join(words), files)

    # discord.py reads a command's options off its function's signature.
    given = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.Signature([given, *map(_parameter, OPTIONS)])
    giffusion.__signature__ = signature  # type: ignore[attr-defined]
    app_commands.describe(**{option.name: option.description for option in OPTIONS})(giffusion)
    return app_commands.Command(
        name="giffusion",
        description="Turn prompts into an animation",
        callback=giffusion,
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )


def _parameter(option: Option) -> inspect.Parameter:
    default = inspect.Parameter.empty if option.required else None
    annotation = option.kind if option.required else option.kind | None
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
