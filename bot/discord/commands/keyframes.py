"""`/giffusion keyframes`: where in a song or clip something begins."""

from typing import Any

from bot.commands import Keyframes
from bot.discord.commands.options import (
    Option,
    Subcommand,
    attachment,
    of_setting,
    subcommand,
    text_of,
)
from bot.discord.desk import Desk, Interaction
from bot.language import N_
from engine.media.keyframes import Mark


def keyframes(desk: Desk) -> Subcommand:
    """The subcommand that finds keyframes in a file."""

    async def find(interaction: Interaction, **given: Any) -> None:
        settings = {"fps": given["fps"], "audio_component": given["component"]}
        values = {name: text_of(value) for name, value in settings.items() if value is not None}
        mark = Mark.BEATS if given["beats"] else Mark.ONSETS
        files = [file for file in (given["audio"], given["video"]) if file is not None]
        await desk.take(interaction, Keyframes(values, mark), files)

    return subcommand(
        "keyframes",
        N_("Find in a song or clip where something begins, to fill in with prompts"),
        find,
        attachment("audio", N_("A song")),
        attachment("video", N_("A clip with sound")),
        of_setting("fps", description=N_("Frames a second; default: a clip's own, else 12")),
        of_setting("audio_component", "component"),
        Option("beats", N_("Take the steady beat instead of every note and stroke"), bool),
    )
