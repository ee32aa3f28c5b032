"""Where a command was given on Discord."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.port import Conversation


class Place(BaseModel):
    """What a conversation of the Discord adapter holds.

    Only its user sees a `private` message; with `spoiler` its pictures are covered. `locale` is the
    user's, as Discord writes it; `user` is their id, 0 where it isn't known.
    """

    model_config = ConfigDict(frozen=True)

    guild: int | None
    channel: int
    message: int
    upload_bytes: int
    locale: str = ""
    private: bool = False
    spoiler: bool = False
    user: int = 0

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """Read a stored conversation."""
        return cls.model_validate(dict(conversation))
