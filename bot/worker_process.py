"""The render worker as a child process, started again whenever it dies."""

import asyncio
import logging
import os
import sys
import time

log = logging.getLogger(__name__)

_SECRETS = ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_HEALTHY_AFTER = 60.0
_STOP_SECONDS = 10.0


class WorkerProcess:
    """Keeps `giffusion worker` running, without the chats' secrets in its environment."""

    def __init__(self) -> None:
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start it, and from then on start it again after every death."""
        self._keeper = asyncio.create_task(self._keep(), name="worker process")

    async def stop(self) -> None:
        """Ask it to end, and end it if it doesn't within ten seconds."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            began = time.monotonic()
            code = await _run_once()
            if time.monotonic() - began > _HEALTHY_AFTER:
                pause = _FIRST_PAUSE
            log.error("the render worker ended (exit code %s); again in %.0f s", code, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _run_once() -> int:
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "worker", "--until-end-of-input"),
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
