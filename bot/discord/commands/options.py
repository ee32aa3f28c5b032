"""Subcommands and their options, as discord.py takes them; many are made from settings' fields.

Limits: https://discord.com/developers/docs/interactions/application-commands
"""

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import discord
from discord import app_commands

from bot.discord.desk import Interaction
from engine.errors import GiffusionError
from engine.settings import Settings

LONGEST_TEXT = 6_000
LARGEST_NUMBER = 2**53 - 1
# Discord's bounds are values that are still taken: so near to one that isn't, nobody means any.
_JUST_ABOVE = 0.001
_SETTINGS = Settings.options()

Subcommand = app_commands.Command[Any, ..., None]
Callback = Callable[..., Awaitable[None]]
"""Takes an interaction, and its options by their names; None for those not given."""
Suggest = Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]
"""What goes with the text that a user has typed into an option so far."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a subcommand. `kind` is a type that discord.py knows options by."""

    name: str
    description: str
    kind: Any = app_commands.Range[str, 1, LONGEST_TEXT]
    required: bool = False
    suggest: Suggest | None = None

    def as_parameter(self) -> inspect.Parameter:
        """The option as discord.py reads it off a function."""
        return inspect.Parameter(
            self.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if self.required else None,
            annotation=self.kind if self.required else self.kind | None,
        )


def of_setting(
    setting: str, name: str = "", description: str = "", suggest: Suggest | None = None
) -> Option:
    """The option that a setting makes: its field's type, bounds and choices, and mostly its words.

    Discord has no fractions: they become decimal numbers.
    """
    words = description or _SETTINGS[setting].description
    return Option(name or setting, words, _kind(setting), suggest=suggest)


def attachment(name: str, description: str) -> Option:
    """An option that takes a file."""
    return Option(name, description, discord.Attachment)


def subcommand(name: str, description: str, callback: Callback, *options: Option) -> Subcommand:
    """A subcommand whose options are handed to `callback` by their names.

    A GiffusionError of the callback's is told to the user alone.
    """

    async def taken(interaction: Interaction, **given: Any) -> None:
        try:
            await callback(interaction, **given)
        except GiffusionError as error:
            await interaction.client.desk.tell(interaction, str(error))

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = inspect.Signature([first, *(option.as_parameter() for option in options)])
    taken.__signature__ = signature  # type: ignore[attr-defined]
    app_commands.describe(**{option.name: option.description for option in options})(taken)
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=name, description=description, callback=taken
    )
    for option in options:
        if option.suggest is not None:
            command.autocomplete(option.name)(option.suggest)
    return command


def text_of(value: object) -> str:
    """An option's value as a user would type it behind a flag."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _kind(setting: str) -> Any:
    option = _SETTINGS[setting]
    least, most = option.bounds
    if option.choices:
        return Literal[tuple(map(str, option.choices))]
    if option.type is int:
        return _range(int, least, min(most or LARGEST_NUMBER, LARGEST_NUMBER))
    if option.type in (float, Fraction):
        return _range(float, (least or 0) + _JUST_ABOVE if option.above else least, most)
    return app_commands.Range[str, 1, LONGEST_TEXT]


def _range(kind: type[int | float], least: float | None, most: float | None) -> Any:
    bounds = (bound if bound is None else kind(bound) for bound in (least, most))
    return app_commands.Range[kind, *bounds]
