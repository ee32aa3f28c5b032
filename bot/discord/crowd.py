"""A crowd that asks at once: everybody is acknowledged before anybody's command is carried out.

Discord gives each of them three seconds; carrying out a command keeps the bot busy for some
milliseconds, which two hundred of them together would take from the last one's.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LONGEST_WAIT = 2.0  # seconds that a command waits for others' acknowledgements


class Crowd:
    """Those whose acknowledgement is under way."""

    def __init__(self) -> None:
        self._waiting = 0
        self._none_waits = asyncio.Event()
        self._none_waits.set()

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """While somebody is being acknowledged."""
        self._waiting += 1
        self._none_waits.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._none_waits.set()

    async def acknowledged(self) -> None:
        """Wait until everybody is, but no longer than two seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._none_waits.wait()
