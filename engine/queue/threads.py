"""Threads that the work of a workflow is done in."""

import asyncio
import contextlib
import threading
from typing import Any


async def stopped(thread: asyncio.Future[Any], stop: threading.Event) -> None:
    """Tell a thread to stop, and wait for its end: before that its device isn't free."""
    stop.set()
    while not thread.done():
        # Whoever waits may be cancelled, again and again.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([thread])
