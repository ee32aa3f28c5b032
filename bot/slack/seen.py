"""What has been delivered already, by this process or by one before it."""

from collections import OrderedDict
from collections.abc import Callable

from bot.slack.memory import Memory


class Receipt:
    """Is signed as soon as a delivery's answer stands; the next process then leaves it alone.

    A delivery that the bot was killed over before that is taken again when Slack repeats it.
    """

    def __init__(self) -> None:
        self._note: Callable[[], None] | None = None

    def bind(self, note: Callable[[], None]) -> None:
        """Say what is done when it is signed."""
        self._note = note

    def sign(self) -> None:
        """The answer stands; to sign again does nothing."""
        if self._note is not None:
            self._note()
        self._note = None


class Seen:
    """The latest deliveries, as Slack may well deliver one thing twice."""

    def __init__(self, memory: Memory, size: int = 10_000) -> None:
        self._memory = memory
        self._size = size
        self._claimed: OrderedDict[str, None] = OrderedDict()

    def claim(self, key: str) -> bool:
        """True the first time that `key` comes, until `size` newer ones have come.

        What was answered is remembered on the disk for a day.
        """
        if key in self._claimed or self._memory.was_answered(key):
            return False
        self._claimed[key] = None
        if len(self._claimed) > self._size:
            self._claimed.popitem(last=False)
        return True

    def note_answered(self, key: str) -> None:
        """Remember over a restart that `key` has been answered."""
        self._memory.note_answered(key)
