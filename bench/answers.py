"""How soon the web chat takes a command while the worker renders: `python -m bench.answers`."""

import asyncio
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.service import RunningService, WebUser, running_service, web_user

COMMANDS = 50
LONG_RENDER = "0: a red boat by the sea | 800: a blue boat by the sea"
SHORT_RENDER = "0: a red star | 1: a blue star"


async def _measure(service: RunningService) -> dict[str, list[float]]:
    async with web_user(service) as renderer, web_user(service) as asker:
        job = await _begin_render(renderer)
        figures = {
            "taken": [await _seconds_to_take(asker) for _ in range(COMMANDS)],
            "answered": [await _seconds_to_answer(asker) for _ in range(COMMANDS)],
        }
        await renderer.cancel(job)
        return figures


async def _begin_render(user: WebUser) -> str:
    """Start a long render; its job once its first frame is done."""
    exchange = await user.send(LONG_RENDER)
    async for card in user.cards(exchange):
        if card["kind"] == "progress" and card["done"] > 0:
            return str(card["job"])
    raise RuntimeError("the render ended before it began")


async def _seconds_to_take(user: WebUser) -> float:
    """From sending a command to its acknowledgement."""
    began = time.perf_counter()
    await user.send("help")
    return time.perf_counter() - began


async def _seconds_to_answer(user: WebUser) -> float:
    """From sending a command that is queued to its first card, the place in the queue."""
    began = time.perf_counter()
    exchange = await user.send(SHORT_RENDER)
    async for card in user.cards(exchange):
        seconds = time.perf_counter() - began
        await user.cancel(card["job"])
        return seconds
    raise RuntimeError("no card came")


def main() -> None:
    """Print the figures as a table, in milliseconds."""
    with TemporaryDirectory() as folder, running_service(Path(folder)) as service:
        figures = asyncio.run(_measure(service))
    print(f"{COMMANDS} commands each, while the worker renders    median   slowest")
    for name, seconds in figures.items():
        median, slowest = statistics.median(seconds) * 1000, max(seconds) * 1000
        print(f"{name:45} {median:6.0f} ms {slowest:6.0f} ms")


if __name__ == "__main__":
    main()
