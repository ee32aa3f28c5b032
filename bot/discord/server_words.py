"""A server's rules in words."""

from collections.abc import Collection

import discord

from bot.discord.message import CONTENT_LENGTH, plain
from bot.discord.rules import Adults, ServerRules
from bot.language import N_, Language

_MOST_NAMED = 20
_ADULTS = {
    Adults.ANYWHERE: N_("Animations are shown in all channels alike."),
    Adults.SPOILER: N_("Outside of age-restricted channels animations are covered as spoilers."),
    Adults.AGE_RESTRICTED: N_("Animations are made in age-restricted channels only."),
}


def sentence_of(rules: ServerRules, guild: discord.Guild, language: Language) -> str:
    """What holds on a server, a rule a line, with what was deleted meanwhile told apart."""
    say = language.say
    channels = {number for number in rules.channels if guild.get_channel(number)}
    roles = {number for number in rules.roles if guild.get_role(number)}
    lines = [
        _named(channels, "<#{}>", say("Channels: {names}"), say("Channels: all"), rules.channels),
        _deleted(
            rules.channels - channels,
            not channels,
            language.count(
                "One of the chosen channels is gone.",
                "{number} of the chosen channels are gone.",
                len(rules.channels - channels),
            ),
            say("No chosen channel is left: only those who manage the server are let in."),
        ),
        _named(roles, "<@&{}>", say("Roles: {names}"), say("Roles: all"), rules.roles),
        _deleted(
            rules.roles - roles,
            not roles,
            language.count(
                "One of the chosen roles is gone.",
                "{number} of the chosen roles are gone.",
                len(rules.roles - roles),
            ),
            say("No chosen role is left: only those who manage the server are let in."),
        ),
        _limits(rules, language),
        say("Preset: {name}", name=plain(rules.preset, 100)) if rules.preset else "",
        say(_ADULTS[rules.adults]),
    ]
    return "\n".join(filter(None, lines))[:CONTENT_LENGTH]


def _named(
    found: Collection[int], form: str, some: str, everything: str, chosen: Collection[int]
) -> str:
    if not chosen:
        return everything
    names = [form.format(number) for number in sorted(found)]
    shown = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    return some.format(names=shown or "–")


def _deleted(gone: Collection[int], none_left: bool, some: str, all_gone: str) -> str:
    """A warning about ids of what isn't there any more."""
    if not gone:
        return ""
    return "⚠️ " + (all_gone if none_left else some)


def _limits(rules: ServerRules, language: Language) -> str:
    parts = []
    if rules.frames:
        parts.append(language.say("at most {number} frames", number=rules.frames))
    if rules.user_jobs:
        parts.append(language.say("at most {number} jobs a user", number=rules.user_jobs))
    if not parts:
        return language.say("Limits: the bot's own")
    chosen = ", ".join(parts)
    return language.say("Limits: {chosen}, and never more than the bot's own", chosen=chosen)
