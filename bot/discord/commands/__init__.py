"""The command `/giffusion` as Discord's users see it: a subcommand or a group of them a module."""

from discord import app_commands

from bot.discord.commands import animate, help, inspire, keyframes, lists, server, session
from bot.discord.desk import Desk
from bot.language import N_

_SUBCOMMANDS = (
    animate.animate,
    inspire.inspire,
    keyframes.keyframes,
    lists.queue,
    lists.cancel,
    session.session,
    lists.models,
    lists.presets,
    help.help_,
    server.server_settings,
)


def giffusion(desk: Desk) -> app_commands.Group:
    """The command `/giffusion`, taken on by `desk`."""
    group = app_commands.Group(
        name="giffusion",
        description=N_("Turn prompts into an animation"),
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=True, private_channel=True
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )
    for make in _SUBCOMMANDS:
        group.add_command(make(desk))
    return group
