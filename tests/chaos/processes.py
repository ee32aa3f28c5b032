"""The service's processes: forked from one that has imported everything, and kept running."""

import asyncio
import logging
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from tests.chaos.place import Place

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.chaos.bot_process", "tests.chaos.worker_process"])


class Supervised:
    """A process that is started again whenever it ends, until `close`.

    `starts` counts how often it was, `deaths` are the exit codes it had without being killed.
    """

    def __init__(self, name: str, place: Place, main: str, *arguments: object) -> None:
        self.name = name
        self.starts = 0
        self.deaths: list[int | None] = []
        self._arguments = (place, name, main, arguments)
        self._asked = False
        self._pause = 0.0
        self._process: BaseProcess | None = None
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {name}")

    @property
    def pid(self) -> int | None:
        """The number of the process of the moment."""
        return self._process.pid if self._process else None

    def kill(self, pause: float) -> None:
        """End it at once, as a crash would; it comes back after a pause."""
        self._end(pause, BaseProcess.kill)

    def stop(self, pause: float) -> None:
        """Ask it to end, as it is when the process above it is gone."""
        self._end(pause, BaseProcess.terminate)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal that it doesn't end of; none if it is gone."""
        if self._process and self._process.is_alive() and (pid := self.pid):
            os.kill(pid, number)

    async def close(self) -> None:
        """End it for good."""
        self._keeper.cancel()
        if self._process:
            self._process.kill()
            await asyncio.to_thread(self._process.join)

    def _end(self, pause: float, how: Callable[[BaseProcess], None]) -> None:
        self._asked, self._pause = True, pause
        if self._process and self._process.is_alive():
            how(self._process)

    async def _keep(self) -> None:
        while True:
            self._asked, self._pause = False, 0.5
            process = _context.Process(target=_run, args=self._arguments, daemon=True)
            await asyncio.to_thread(process.start)
            self._process = process
            self.starts += 1
            while process.is_alive():
                await asyncio.sleep(0.01)
            if not self._asked:
                self.deaths.append(process.exitcode)
            await asyncio.sleep(self._pause)


async def build_model(place: Place) -> None:
    """Put the tiny model into its folder; this process never loads torch."""
    process = _context.Process(target=_run, args=(place, "model", "model", ()), daemon=True)
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode == 0, (place.folder / "model.log").read_text()


def _run(place: Place, name: str, main: str, arguments: tuple[object, ...]) -> None:
    threading.Thread(target=_end_with_the_harness, daemon=True).start()
    os.environ.update(place.environment)
    tempfile.tempdir = str(place.temporary)
    with (place.folder / f"{name}.log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    form = f"%(asctime)s {os.getpid()} %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, force=True)
    from tests.chaos import bot_process, worker_process

    mains = {
        "bot": bot_process.serve,
        "worker": worker_process.work,
        "model": worker_process.build_model,
    }
    mains[main](place, *arguments)


def _end_with_the_harness() -> None:
    harness = multiprocessing.parent_process()
    assert harness is not None
    harness.join()
    os._exit(1)
