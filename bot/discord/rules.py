"""What the admins of a Discord server set for it, kept in a file each."""

import logging
import os
import tempfile
from enum import StrEnum
from pathlib import Path

import discord
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.language import N_
from bot.port import HouseRules

_NOT_HERE = N_("Animations aren't made in this channel: this server's admins have chosen others.")
_NOT_YOU = N_("Animations are made for some roles only here, and you have none of them.")
_NOT_OF_AGE = N_("On this server animations are made in age-restricted channels only.")
_log = logging.getLogger(__name__)


class Adults(StrEnum):
    """Where animations may be made, or must be covered, in a server's channels."""

    ANYWHERE = "anywhere"
    SPOILER = "spoiler"  # outside of age-restricted channels every animation is covered
    AGE_RESTRICTED = "age_restricted"  # nothing is made outside of age-restricted channels


class ServerRules(BaseModel):
    """A server's rules. `channels` and `roles` are ids of those that are let in; empty lets all in.

    A category stands for its channels, a channel for its threads. `preset`, `frames` and
    `user_jobs` are as in `HouseRules`.
    """

    model_config = ConfigDict(frozen=True)

    channels: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    preset: str = ""
    frames: int | None = Field(None, ge=1)
    user_jobs: int | None = Field(None, ge=1)
    adults: Adults = Adults.ANYWHERE

    def house(self, *, age_restricted: bool) -> HouseRules:
        """What the core holds to in one of the server's channels."""
        return HouseRules(self.preset, self.frames, self.user_jobs, age_restricted)

    def covers(self, channel: object) -> bool:
        """Whether pictures are covered in a channel."""
        return self.adults is Adults.SPOILER and not is_age_restricted(channel)


class RuleBook:
    """The rules of every server, in a folder; a server without a file has none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[int, ServerRules] = {}

    def of(self, guild: int | None) -> ServerRules:
        """A server's rules; in direct messages there are none.

        Those that can't be read let nobody in but the server's admins, who can set them anew.
        """
        if guild is None:
            return ServerRules()
        if guild not in self._read:
            self._read[guild] = _load(self._file(guild))
        return self._read[guild]

    def write(self, guild: int, rules: ServerRules) -> None:
        """Set a server's rules, whole or not at all; OSError if they can't be kept."""
        file = self._file(guild)
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, prefix=f"{guild}-", delete=False
        ) as target:
            try:
                target.write(rules.model_dump_json())
                target.flush()
                os.fsync(target.fileno())
                Path(target.name).replace(file)
            except OSError:
                Path(target.name).unlink(missing_ok=True)
                raise
        self._read[guild] = rules

    def _file(self, guild: int) -> Path:
        return self._folder / f"{guild}.json"


def refusal(rules: ServerRules, channel: object, asker: discord.abc.Snowflake) -> str | None:
    """Why nothing is made in a channel for whoever asked; None if they are let in.

    Channels and roles bind nobody who manages the server; the age rule binds everybody.
    """
    if rules.adults is Adults.AGE_RESTRICTED and not is_age_restricted(channel):
        return _NOT_OF_AGE
    if manages_server(asker):
        return None
    if rules.channels and not rules.channels & _ids_of(channel):
        return _NOT_HERE
    if rules.roles and not rules.roles & _roles_of(asker):
        return _NOT_YOU
    return None


def manages_server(asker: object) -> bool:
    """Whether somebody may manage the server that they are a member of."""
    if not isinstance(asker, discord.Member):
        return False
    # Discord tells what they may where they gave a command; elsewhere their roles do.
    return (asker.resolved_permissions or asker.guild_permissions).manage_guild


def is_age_restricted(channel: object) -> bool:
    """Whether Discord lets only adults into a channel; of a thread its channel tells."""
    asks = getattr(channel, "is_nsfw", None)
    return bool(asks and asks())


def _ids_of(channel: object) -> frozenset[int]:
    """The ids that let a channel in: its own, and those of what it is in."""
    names = ("id", "parent_id", "category_id")
    category = getattr(getattr(channel, "parent", None), "category_id", None)
    ids = {category, *(getattr(channel, name, None) for name in names)}
    return frozenset(number for number in ids if number)


def _roles_of(asker: object) -> frozenset[int]:
    roles = asker.roles if isinstance(asker, discord.Member) else []
    return frozenset(role.id for role in roles)


def _load(file: Path) -> ServerRules:
    try:
        return ServerRules.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return ServerRules()
    except (OSError, ValidationError) as error:
        _log.error("%s can't be read; only the server's admins are let in: %s", file, error)
        return ServerRules(channels=frozenset({0}), adults=Adults.SPOILER)
