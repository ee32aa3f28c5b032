"""`/giffusion queue`, `cancel`, `models` and `presets`, all told to whoever asks alone."""

from bot.commands import Cancel, Command, Models, Presets, Queue
from bot.discord.commands.options import Option, Subcommand, subcommand
from bot.discord.commands.suggestions import suggest
from bot.discord.desk import Desk, Interaction
from bot.language import N_


def queue(desk: Desk) -> Subcommand:
    """The subcommand that shows what waits and what is rendered."""
    return _list(desk, "queue", N_("What waits and what is being made, with your places"), Queue())


def cancel(desk: Desk) -> Subcommand:
    """The subcommand that stops what its user has in the queue."""

    async def stop(interaction: Interaction, which: str | None) -> None:
        await desk.take(interaction, Cancel((which or "").strip().lower()), private=True)

    return subcommand(
        "cancel",
        N_("Stop an animation of yours that waits or is being made"),
        stop,
        Option("which", N_("Its place in the queue, or now, or all"), suggest=suggest(desk, "job")),
    )


def models(desk: Desk) -> Subcommand:
    """The subcommand that shows what may be drawn with."""
    return _list(desk, "models", N_("The models that can be chosen here"), Models())


def presets(desk: Desk) -> Subcommand:
    """The subcommand that shows which settings have a name."""
    return _list(desk, "presets", N_("Settings that go by a name here"), Presets())


def _list(desk: Desk, name: str, description: str, command: Command) -> Subcommand:
    async def show(interaction: Interaction) -> None:
        await desk.take(interaction, command, private=True)

    return subcommand(name, description, show)
