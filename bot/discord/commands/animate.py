"""`/giffusion animate`: prompts, files and the settings most wanted; all others as flags."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot.commands import Animate, merged, parse_changes, parse_flags
from bot.discord.commands.options import (
    Option,
    Subcommand,
    attachment,
    of_setting,
    subcommand,
    text_of,
)
from bot.discord.commands.suggestions import pairs_of, suggest
from bot.discord.composer import form
from bot.discord.desk import Desk, Interaction, user_of
from bot.gestures.forms import Composition
from bot.language import N_
from engine.errors import InputError

_SIZE = re.compile(r"(?P<width>\d{1,6})(?:\s*[x×*,]\s*(?P<height>\d{1,6}))?", re.IGNORECASE)
_FORM_SECONDS = 1.0  # to look for presets: a form must open within three
_OWN_OPTION = "its own option"
# Options that are settings, by their names.
_SETTINGS = {
    "negative": "negative_prompt",
    "seconds": "seconds",
    "frames": "frames",
    "fps": "fps",
    "seed": "seed",
    "format": "format",
    "model": "model",
    "scheduler": "scheduler",
}


def animate(desk: Desk) -> Subcommand:
    """The subcommand that makes an animation."""

    async def make(interaction: Interaction, **given: Any) -> None:
        files = [file for file in given.values() if isinstance(file, discord.Attachment)]
        command, spoiler = command_of(given), bool(given["spoiler"])
        if "prompts" in command.values:
            await desk.take(interaction, command, files, spoiler=spoiler)
        else:
            await _compose(desk, interaction, command, files, spoiler=spoiler)

    return subcommand("animate", N_("Turn prompts into an animation"), make, *_options(desk))


def command_of(given: Mapping[str, Any]) -> Animate:
    """What the options ask for together; InputError says what is wrong with one of them."""
    values: dict[str, object] = {
        setting: text_of(given[name])
        for name, setting in _SETTINGS.items()
        if given[name] is not None
    }
    size = _size(given["size"]) if given["size"] else {}
    return merged(
        {
            "prompts": parse_changes(given["prompts"] or "", like=""),
            _OWN_OPTION: Animate(values | size, (given["preset"] or "").strip()),
            "settings": parse_flags(given["settings"] or ""),
        }
    )


async def _compose(
    desk: Desk,
    interaction: Interaction,
    command: Animate,
    files: Sequence[discord.Attachment],
    *,
    spoiler: bool,
) -> None:
    """Open a form filled in with all that was given already."""
    presets = await pairs_of(desk, "preset", user_of(interaction), "", seconds=_FORM_SECONDS)
    values = {name: str(value) for name, value in command.values.items()}
    number = str(interaction.id) if files else ""
    opened = form(
        desk.language(interaction),
        Composition(N_("An animation"), settings=values, preset=command.preset),
        presets=presets,
        files=number,
        spoiler=spoiler,
    )
    if files:
        desk.kept_files.keep(interaction.user.id, number, files)
    await interaction.response.send_modal(opened)


def _size(text: str) -> dict[str, object]:
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise InputError("size", f"{text[:60]!r} won't do", "write width x height, like 512x512")
    return {"width": found["width"], "height": found["height"] or found["width"]}


def _options(desk: Desk) -> tuple[Option, ...]:
    return (
        Option(
            "prompts",
            N_("Like 0: a red circle | 24: a blue star. Without any a form opens"),
        ),
        of_setting("negative_prompt", "negative"),
        of_setting("seconds"),
        of_setting("frames"),
        of_setting(
            "fps",
            description=N_("Frame rate; default: 12. Fractions go into settings: --fps 30000/1001"),
        ),
        Option("size", N_("Width x height in pixels, such as 512x512")),
        of_setting("seed"),
        of_setting("format"),
        Option("preset", N_("Settings that go by a name"), suggest=suggest(desk, "preset")),
        of_setting("model", suggest=suggest(desk, "model")),
        of_setting("scheduler", suggest=suggest(desk, "scheduler")),
        attachment("image", N_("A picture to start from")),
        attachment("audio", N_("A sound to go with the animation")),
        attachment("video", N_("A clip to work from")),
        Option("spoiler", N_("Cover the animation until it is clicked"), bool),
        Option("settings", N_("All other settings, such as: --zoom 1.02 --loop")),
    )
