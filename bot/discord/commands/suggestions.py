"""What is offered while a user types into an option; never fails, and never keeps them waiting."""

import asyncio
import logging

from discord import app_commands

from bot.discord.commands.options import Suggest
from bot.discord.desk import Desk, Interaction, user_of
from engine.settings import Settings

MOST = 25
SECONDS = 2.0  # of the three that Discord waits
_LENGTH = 100
TOPICS = (*Settings.groups(), "keyframes", *Settings.options())
_log = logging.getLogger(__name__)


def suggest(desk: Desk, kind: str) -> Suggest:
    """Offers what the service knows of a kind, see `Service.suggest`."""

    async def offer(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        pairs = await pairs_of(desk, kind, user_of(interaction), typed, seconds=SECONDS)
        return [app_commands.Choice(name=label, value=value) for label, value in pairs]

    return offer


async def help_topics(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """What help there is: the groups of settings, and the settings themselves."""
    words = typed.strip().lower().lstrip("-").replace("-", "_").replace(" ", "_")
    fitting = sorted((t for t in TOPICS if words in t), key=lambda t: not t.startswith(words))
    return [app_commands.Choice(name=topic, value=topic) for topic in fitting[:MOST]]


async def groups_of_settings(_: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Ways to go on with a list of groups of settings: what is written, and one more of them."""
    *written, last = (part.strip().lower() for part in typed.split(","))
    longer = [
        ", ".join([*written, group])
        for group in Settings.groups()
        if group.startswith(last) and group not in written
    ]
    return [app_commands.Choice(name=text, value=text) for text in longer if len(text) <= _LENGTH]


async def pairs_of(
    desk: Desk, kind: str, user: str, typed: str, *, seconds: float
) -> list[tuple[str, str]]:
    """Up to 25 (label, value) pairs of a kind, as Discord takes them; empty where none can be had.

    A value that is too long for Discord is left out: shortened it would mean something else.
    """
    try:
        async with asyncio.timeout(seconds):
            found = await desk.service.suggest(kind, user, typed)
    except Exception as error:
        _log.warning("No %s could be suggested: %r", kind, error)
        return []
    return [
        (label[:_LENGTH], value) for label, value in found if label and 0 < len(value) <= _LENGTH
    ][:MOST]
