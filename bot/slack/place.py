"""Where an answer stands in Slack."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.port import Conversation


class Place(BaseModel):
    """What a conversation of the Slack adapter holds.

    The answer is the message `ts`; files go into the thread whose root is `thread`. A `private` one
    is seen by its `user` alone and has no `ts`, as Slack doesn't let it be edited; its `thread` is
    empty where it stands in none. `locale` is the user's language, as Slack writes it. Where a
    message is gone, another takes its place, `instead_of` the one with that ts.
    """

    model_config = ConfigDict(frozen=True)

    team: str
    channel: str
    ts: str = ""
    thread: str = ""
    enterprise: str | None = None
    user: str = ""
    locale: str = ""
    private: bool = False
    instead_of: str = ""

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """Read a stored conversation."""
        return cls.model_validate(dict(conversation))

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells its message from all others."""
        return self.team, self.channel, self.ts or self.instead_of

    @property
    def outer_thread(self) -> str:
        """The thread that its message stands in; empty where it begins one itself."""
        return "" if self.thread == self.ts else self.thread

    @property
    def is_direct(self) -> bool:
        """Whether nobody but its user reads there anyway."""
        return self.channel.startswith("D")
