"""The bot's event loop while `giffusion worker` renders with the built-in model on the CPU."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bench.delays import delays
from engine.configuration import load_configuration
from engine.events import Cancelled, Event, FrameDone
from engine.media.inspection import Attached
from engine.planning.cost import Cost
from engine.planning.intake import accept
from engine.queue import JobQueue
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from engine.settings import Settings

RENDERED = "0: a red boat by the sea | 800: a blue boat by the sea"
RENDER_SECONDS = 15


async def beside_a_render(url: str, data: Path) -> dict[str, list[float]]:
    """A long render of the built-in model goes on while its events are followed."""
    os.environ |= {"GIFFUSION_QUEUE__URL": url, "GIFFUSION_SERVICE__DATA": str(data / "data")}
    configuration = load_configuration()
    wanted = Settings().updated({"prompts": RENDERED})
    sessions = LocalSessions(configuration.sessions)
    settings, *_ = accept(
        wanted,
        Attached(),
        configuration,
        sessions,
        configuration.inputs,
        limits=configuration.limits,
    )
    request = RenderRequest(owner="bench", settings=settings, platform="bench")
    figures: dict[str, list[float]] = {}
    command = (sys.executable, "-m", "bot", "worker", "--device", "cpu")
    worker = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
    queue = JobQueue(url)
    try:
        await queue.submit(request, Cost(work=1))
        events = queue.events(request.id)
        while not isinstance(await anext(events), FrameDone):
            pass
        following = asyncio.create_task(_to_the_end(events))
        async with delays(figures, "event loop delay beside a real render"):
            await asyncio.sleep(RENDER_SECONDS)
        if following.done():
            raise RuntimeError("the render ended too early to measure beside it")
        await queue.cancel(request.id)
        if not isinstance(await following, Cancelled):
            raise RuntimeError("the render could not be cancelled")
    finally:
        worker.terminate()
        await worker.wait()
        await queue.close()
    return figures


async def _to_the_end(events: AsyncIterator[Event]) -> Event:
    async for event in events:
        last = event
    return last
