"""The render workers as child processes, one a device, started again whenever they die."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Sequence

log = logging.getLogger(__name__)

_SECRETS = ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_HEALTHY_AFTER = 60.0
_STOP_SECONDS = 10.0


class WorkerProcesses:
    """Keeps a `giffusion worker` running on each device, without the chats' secrets."""

    def __init__(self, devices: Sequence[str]) -> None:
        self._devices = devices
        self._keepers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start them, and from then on start each again after every death of it."""
        self._keepers = [
            asyncio.create_task(_keep(device), name=f"worker on {device}")
            for device in self._devices
        ]

    async def stop(self) -> None:
        """Ask all to end, and end those that don't within ten seconds."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)


async def _keep(device: str) -> None:
    pause = _FIRST_PAUSE
    while True:
        began = time.monotonic()
        code = await _run_once(device)
        if time.monotonic() - began > _HEALTHY_AFTER:
            pause = _FIRST_PAUSE
        log.error("the worker on %s ended (exit code %s); again in %.0f s", device, code, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _run_once(device: str) -> int:
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "worker", "--device", device, "--until-end-of-input"),
        env=environment,
        stdin=asyncio.subprocess.PIPE,  # its end tells the worker that we are gone, however we went
        start_new_session=True,  # Ctrl-C is for us; we end the worker in our turn
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
