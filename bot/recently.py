"""What just happened, so that the same isn't done twice."""

import asyncio
from collections.abc import Hashable


class Recently:
    """Remembers things for some `seconds`, in memory alone."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: dict[Hashable, float] = {}

    def again(self, thing: Hashable) -> bool:
        """Whether a thing happened within these seconds; if not, it happens now."""
        now = asyncio.get_running_loop().time()
        self._until = {known: until for known, until in self._until.items() if until > now}
        if thing in self._until:
            return True
        self._until[thing] = now + self._seconds
        return False
