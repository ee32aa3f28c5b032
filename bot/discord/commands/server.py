"""`/giffusion settings`: what the admins of a server set for it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

import discord
from discord import app_commands

from bot.discord.commands.options import Option, Subcommand, subcommand
from bot.discord.commands.suggestions import suggest
from bot.discord.desk import Desk, Interaction, user_of
from bot.discord.rules import Adults, ServerRules, manages_server
from bot.discord.server_words import sentence_of
from bot.language import N_
from engine.errors import InputError

_NO_SERVER = N_("These settings are a server's: use them in one that the bot is a member of.")
_NO_ADMIN = N_("Only who may manage this server can see and change its settings.")
_NOT_KEPT = N_("The settings could not be kept: nothing was changed.")
_MOST_IDS = 100
_MOST = 1_000_000
_ADULTS = {rule.value.replace("_", "-"): rule for rule in Adults}
_Change = Callable[..., Awaitable[ServerRules]]


class _AnyChannel(app_commands.Transformer):
    """A channel of any kind, as Discord tells of it: a category or a forum lets in what is in it.

    discord.py's own would name kinds, and among them media channels, unknown to Discord's document.
    """

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    async def transform(self, _interaction: Interaction, value: Any, /) -> discord.abc.Snowflake:
        chosen: discord.abc.Snowflake = value
        return chosen


def server_settings(desk: Desk) -> app_commands.Group:
    """The group of subcommands for those who manage a server."""
    group = app_commands.Group(name="settings", description=N_("What holds on this server"))
    for make in (_show, _channels, _roles, _limits, _preset, _adults):
        group.add_command(make(desk))
    return group


def _show(desk: Desk) -> Subcommand:
    async def unchanged(_: Interaction, rules: ServerRules) -> ServerRules:
        return rules

    return _setting(desk, "show", N_("Show what holds on this server"), unchanged)


def _channels(desk: Desk) -> Subcommand:
    async def change(
        _: Interaction, rules: ServerRules, do: str, channel: Any | None
    ) -> ServerRules:
        ids = _changed(rules.channels, do, channel, "channel")
        return rules.model_copy(update={"channels": ids})

    return _setting(
        desk,
        "channels",
        N_("Choose the channels in which animations are made"),
        change,
        _do_option(N_("Let a channel in, take it off the list, or let all in")),
        Option(
            "channel",
            N_("A channel, or a category of them"),
            app_commands.Transform[Any, _AnyChannel],
        ),
    )


def _roles(desk: Desk) -> Subcommand:
    async def change(
        _: Interaction, rules: ServerRules, do: str, role: discord.Role | None
    ) -> ServerRules:
        ids = _changed(rules.roles, do, role, "role")
        return rules.model_copy(update={"roles": ids})

    return _setting(
        desk,
        "roles",
        N_("Choose the roles that may make animations"),
        change,
        _do_option(N_("Let a role in, take it off the list, or let everybody in")),
        Option("role", N_("A role of this server"), discord.Role),
    )


def _limits(desk: Desk) -> Subcommand:
    async def change(
        _: Interaction, rules: ServerRules, frames: int | None, jobs: int | None
    ) -> ServerRules:
        return rules.model_copy(update={"frames": frames or None, "user_jobs": jobs or None})

    return _setting(
        desk,
        "limits",
        N_("Set limits below the bot's own; what isn't given has none of yours"),
        change,
        Option("frames", N_("The most frames of an animation"), app_commands.Range[int, 1, _MOST]),
        Option("jobs", N_("The most jobs a user may have"), app_commands.Range[int, 1, _MOST]),
    )


def _preset(desk: Desk) -> Subcommand:
    async def change(
        interaction: Interaction, rules: ServerRules, preset: str | None
    ) -> ServerRules:
        name = (preset or "").strip()
        known = await desk.service.suggest("preset", user_of(interaction), name)
        if name and name not in [value for _, value in known]:
            raise InputError("preset", f"there is no {name[:60]}", "choose one of those offered")
        return rules.model_copy(update={"preset": name})

    return _setting(
        desk,
        "preset",
        N_("Set the preset that is taken where a command names none; without one, none is"),
        change,
        Option("preset", N_("The preset's name"), suggest=suggest(desk, "preset")),
    )


def _adults(desk: Desk) -> Subcommand:
    async def change(_: Interaction, rules: ServerRules, rule: str) -> ServerRules:
        return rules.model_copy(update={"adults": _ADULTS[rule]})

    return _setting(
        desk,
        "adults",
        N_("Set what holds outside of age-restricted channels"),
        change,
        Option(
            "rule",
            N_("Make animations anywhere, cover them as spoilers, or in age-restricted channels"),
            Literal[tuple(_ADULTS)],
            required=True,
        ),
    )


def _setting(
    desk: Desk, name: str, description: str, change: _Change, *options: Option
) -> Subcommand:
    return subcommand(name, description, partial(_apply, desk, change), *options)


async def _apply(desk: Desk, change: _Change, interaction: Interaction, **given: Any) -> None:
    """Change a server's rules for whoever manages it, and tell them alone what holds now."""
    guild = interaction.guild
    if guild is None:
        await desk.tell(interaction, _NO_SERVER)
        return
    # Discord can't keep a subcommand for some users apart from its command.
    if not manages_server(interaction.user):
        await desk.tell(interaction, _NO_ADMIN)
        return
    before = desk.rules.of(guild.id)
    rules = await change(interaction, before, **given)
    if rules != before:
        try:
            desk.rules.write(guild.id, rules)
        except OSError:
            await desk.tell(interaction, _NOT_KEPT)
            return
    words = sentence_of(rules, guild, desk.language(interaction))
    await interaction.response.send_message(
        words, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
    )


def _do_option(description: str) -> Option:
    return Option("do", description, Literal["add", "remove", "all"], required=True)


def _changed(
    ids: frozenset[int], do: str, chosen: discord.abc.Snowflake | None, kind: str
) -> frozenset[int]:
    """The ids that are let in, after one was added or removed; InputError if none was chosen."""
    if do == "all":
        return frozenset()
    if chosen is None:
        raise InputError(kind, "none was chosen", f"choose the {kind} to {do}")
    changed = ids | {chosen.id} if do == "add" else ids - {chosen.id}
    if len(changed) > _MOST_IDS:
        raise InputError(kind, f"there are {_MOST_IDS} already", "remove one first")
    return changed
