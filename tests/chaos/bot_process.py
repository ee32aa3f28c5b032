"""The bot as `giffusion run` starts it, on Discord alone; its workers are the harness's."""

import asyncio
import contextlib
import signal

import bot.app
import bot.discord.attachments
import bot.discord_adapter
from engine.configuration import Secrets, load_configuration
from tests.chaos.place import Place


def serve(place: Place) -> None:
    """Serve until told to end."""
    bot.app.WorkerProcesses = _NoWorkers
    bot.discord_adapter.EDIT_SECONDS = 0.1
    bot.discord.attachments.CDN_ORIGINS = {place.origin}
    asyncio.run(_serve())


async def _serve() -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with contextlib.AsyncExitStack() as parts:
        await bot.app.start(load_configuration(), Secrets(), parts)
        await ended.wait()


class _NoWorkers:
    def __init__(self, _: object) -> None: ...

    def start(self) -> None: ...

    async def stop(self) -> None: ...
