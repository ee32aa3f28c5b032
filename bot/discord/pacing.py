"""Edits at the rate that a channel takes, so that those which matter never wait behind others.

Discord takes about five edits in five seconds for a whole channel, and discord.py makes whatever
comes too early wait in line. So cards that others follow take only some of that rate: one too many
waits here, where the next card of its message takes its place, and the last one drops it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from bot.cards import Card
from bot.discord.place import Place

EDITS, SECONDS = 3, 5.0  # for cards that others follow, in a channel
Show = Callable[[Place, Card], Awaitable[None]]


class Pacer:
    """`show` shows, when its turn has come, a card that had to wait; it never fails."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._channels: dict[int, _Channel] = {}

    def may_go(self, place: Place, card: Card) -> bool:
        """Whether a card may be shown now; otherwise it waits, and is shown by itself."""
        channel = self._channels.get(place.channel)
        if channel is None:
            # Those that are quiet by now are forgotten, as there may be many in a year.
            self._channels = {key: kept for key, kept in self._channels.items() if kept.busy()}
            channel = self._channels[place.channel] = _Channel(self._show)
        return channel.may_go(place, card)

    def drop(self, place: Place) -> None:
        """Forget the card that waits for a place."""
        if channel := self._channels.get(place.channel):
            channel.waiting.pop(place.message, None)

    async def close(self) -> None:
        """Show nothing any more."""
        tasks = [channel.task for channel in self._channels.values() if channel.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._channels.clear()


class _Channel:
    """One channel: when it was edited, and what waits, by its message, the longest first."""

    def __init__(self, show: Show) -> None:
        self.waiting: dict[int, tuple[Place, Card]] = {}
        self.task: asyncio.Task[None] | None = None
        self._show = show
        self._edits: deque[float] = deque(maxlen=EDITS)

    def busy(self) -> bool:
        return bool(self.waiting) or self._pause() > 0 or bool(self.task and not self.task.done())

    def may_go(self, place: Place, card: Card) -> bool:
        if not self.waiting and self._pause() <= 0:
            self._note()
            return True
        self.waiting[place.message] = (place, card)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._catch_up(), name="discord edits")
        return False

    async def _catch_up(self) -> None:
        while self.waiting:
            await asyncio.sleep(max(self._pause(), 0))
            if not self.waiting:
                break
            place, card = self.waiting.pop(next(iter(self.waiting)))
            self._note()
            await self._show(place, card)

    def _note(self) -> None:
        self._edits.append(asyncio.get_running_loop().time())

    def _pause(self) -> float:
        """Seconds until the channel may be edited again."""
        if len(self._edits) < EDITS:
            return 0.0
        return self._edits[0] + SECONDS - asyncio.get_running_loop().time()
