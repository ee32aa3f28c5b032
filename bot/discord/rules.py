"""What the admins of a Discord server set for it, kept in a file each."""

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bot.port import HouseRules


class Adults(StrEnum):
    """Where animations may be made, or must be covered, in a server's channels."""

    ANYWHERE = "anywhere"
    SPOILER = "spoiler"  # outside of age-restricted channels every animation is covered
    AGE_RESTRICTED = "age_restricted"  # nothing is made outside of age-restricted channels


class ServerRules(BaseModel):
    """A server's rules. `channels` and `roles` are ids of those that are let in; empty lets all in.

    `preset`, `frames` and `user_jobs` are as in `HouseRules`.
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


class RuleBook:
    """The rules of every server, in a folder; a server without a file has none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, guild: int | None) -> ServerRules:
        """A server's rules; in direct messages there are none."""
        raise NotImplementedError

    def write(self, guild: int, rules: ServerRules) -> None:
        """Set a server's rules, whole or not at all."""
        raise NotImplementedError
