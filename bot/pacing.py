"""Edits at the rate that a chat takes, so that those which matter never wait behind others.

Cards that others follow take only some of that rate: one too many waits here, where the next card
of its message takes its place, and the last one drops it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.cards import Card

Place = TypeVar("Place")
Show = Callable[[Place, Card], Awaitable[None]]


class Rate:
    """So many `times` in so many `seconds`."""

    def __init__(self, times: int, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque(maxlen=times)

    def take(self) -> None:
        """Note that it is done now."""
        self._taken.append(asyncio.get_running_loop().time())

    def pause(self) -> float:
        """Seconds until it may be done again; none or less where it may be now."""
        if len(self._taken) < (self._taken.maxlen or 0):
            return 0.0
        return self._taken[0] + self._seconds - asyncio.get_running_loop().time()


class Pacer(Generic[Place]):
    """`show` shows, when its turn has come, a card that had to wait; it never fails.

    All places whose `room` is the same share one rate, which `rate` makes; `message` tells them
    apart.
    """

    def __init__(
        self,
        show: Show[Place],
        rate: Callable[[], Rate],
        room: Callable[[Place], Hashable],
        message: Callable[[Place], Hashable],
    ) -> None:
        self._show = show
        self._rate = rate
        self._room = room
        self._message = message
        self._rooms: dict[Hashable, _Room[Place]] = {}

    def may_go(self, place: Place, card: Card) -> bool:
        """Whether a card may be shown now; otherwise it waits, and is shown by itself."""
        key = self._room(place)
        room = self._rooms.get(key)
        if room is None:
            # Those that are quiet by now are forgotten, as there may be many in a year.
            self._rooms = {other: kept for other, kept in self._rooms.items() if kept.busy()}
            room = self._rooms[key] = _Room(self._show, self._rate())
        return room.may_go(self._message(place), place, card)

    def drop(self, place: Place) -> None:
        """Forget the card that waits for a place."""
        if room := self._rooms.get(self._room(place)):
            room.waiting.pop(self._message(place), None)

    async def close(self) -> None:
        """Show nothing any more."""
        tasks = [room.task for room in self._rooms.values() if room.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._rooms.clear()


class _Room(Generic[Place]):
    """What waits in one room, by its message, the longest first."""

    def __init__(self, show: Show[Place], rate: Rate) -> None:
        self.waiting: dict[Hashable, tuple[Place, Card]] = {}
        self.task: asyncio.Task[None] | None = None
        self._show = show
        self._rate = rate

    def busy(self) -> bool:
        working = bool(self.task and not self.task.done())
        return bool(self.waiting) or self._rate.pause() > 0 or working

    def may_go(self, message: Hashable, place: Place, card: Card) -> bool:
        if not self.waiting and self._rate.pause() <= 0:
            self._rate.take()
            return True
        self.waiting[message] = (place, card)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._catch_up(), name="edits")
        return False

    async def _catch_up(self) -> None:
        while self.waiting:
            await asyncio.sleep(max(self._rate.pause(), 0))
            if not self.waiting:
                break
            place, card = self.waiting.pop(next(iter(self.waiting)))
            self._rate.take()
            await self._show(place, card)
