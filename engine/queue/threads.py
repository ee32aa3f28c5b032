"""Threads that the work of a workflow is done in."""

import asyncio
import contextlib
from typing import Any

from engine.assignment import Assignment


async def dropped(thread: asyncio.Future[Any], assignment: Assignment) -> None:
    """Tell a thread to stop, and wait for its end: before that its device isn't free."""
    assignment.dropped.set()
    assignment.stop.set()
    while not thread.done():
        # Whoever waits may be cancelled, again and again.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([thread])
