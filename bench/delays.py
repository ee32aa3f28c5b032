"""How late an event loop wakes those who sleep in it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PROBE_SECONDS = 0.005


@asynccontextmanager
async def delays(figures: dict[str, list[float]], name: str) -> AsyncIterator[None]:
    """Note how late the event loop wakes a sleeper while the block runs."""
    seconds = figures[name] = []

    async def probe() -> None:
        while True:
            due = time.perf_counter() + PROBE_SECONDS
            await asyncio.sleep(PROBE_SECONDS)
            seconds.append(max(0.0, time.perf_counter() - due))

    probing = asyncio.create_task(probe())
    try:
        yield
    finally:
        probing.cancel()
