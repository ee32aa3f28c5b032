"""A render's events on their way out of its thread, thinned to what a reader can use."""

import asyncio
import contextlib

from engine.events import Event, FrameDone

EVENT_SECONDS = 0.2
PREVIEW_SECONDS = 0.5

# A story is kept whole, so its previews come less often as it grows: one of an hour keeps about
# six times as many as one of a minute, not sixty.
PREVIEW_SHARE = 1 / 60


class Progress:
    """Takes events from any thread at once; gives them to its event loop in bounded numbers.

    Of the frames that come within `EVENT_SECONDS` only the newest is kept, with the newest of their
    previews. Every other event is kept. To be created in the event loop that takes.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._next_take = self._next_preview = self._loop.time()
        self._arrived = asyncio.Event()
        self._closed = asyncio.Event()
        self._events: list[Event] = []

    def put(self, event: Event) -> None:
        """Note an event, from any thread, without waiting for anything."""
        self._loop.call_soon_threadsafe(self._add, event)

    def close(self) -> None:
        """Say, in the event loop, that no event follows."""
        self._closed.set()
        self._arrived.set()

    async def take(self) -> list[Event]:
        """Wait for events and return them; an empty list is the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._next_take):
                await self._closed.wait()
        await self._arrived.wait()
        if not self._closed.is_set():
            self._arrived.clear()
        self._next_take = self._loop.time() + EVENT_SECONDS
        events, self._events = self._events, []
        return [self._thinned(event) for event in events]

    def _add(self, event: Event) -> None:
        newest = self._events[-1] if self._events else None
        if isinstance(event, FrameDone) and isinstance(newest, FrameDone):
            preview = event.preview or newest.preview
            self._events[-1] = event.model_copy(update={"preview": preview})
        else:
            self._events.append(event)
        self._arrived.set()

    def _thinned(self, event: Event) -> Event:
        if not isinstance(event, FrameDone) or event.preview is None:
            return event
        now = self._loop.time()
        if now < self._next_preview:
            return event.model_copy(update={"preview": None})
        self._next_preview = now + max(PREVIEW_SECONDS, (now - self._began) * PREVIEW_SHARE)
        return event
