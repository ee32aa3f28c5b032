"""What is known of a message of the bot's in Slack."""

import asyncio
from dataclasses import dataclass, field

from bot.slack.place import Place


@dataclass(slots=True)
class Reply:
    """What is known of one message: all of it can be lost in a restart and found out again.

    `place` is where it is by now; `elsewhere` if that isn't where it was asked for. While it is
    `fresh` it doesn't say anything yet, and `typed` is what its user would have to type again once
    it is `taken_back`. `lock` is held while a card is brought to it.

    `picture` is the file of its preview; while it is `uploading` the next, `coming` is the file
    that Slack hasn't processed yet.
    """

    place: Place
    fresh: bool = False
    typed: str = ""
    taken_back: bool = False
    elsewhere: bool = False
    lost: bool = False
    over: bool = False
    picture: str | None = None
    uploading: bool = False
    coming: str | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def paced(self) -> bool:
        """Whether the next card takes of the rate at which its workspace may be edited."""
        return not (self.place.private or self.lost)
