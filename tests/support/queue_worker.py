"""A worker process whose renders do what the request's conversation says.

In it: `frames`, `pause` (seconds a frame), `linger` (seconds it takes to stop), `seconds` (that it
says it took) and `ending`: "refusal", "bug" or "crash", that only the first `crashes` times, where
they are given. With `saves` one more frame is saved each time. With a `gate`, the path of a file,
it waits after its first frame until that file is there.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.assignment import Assignment
from engine.errors import ConfigurationError, RenderCancelled, RenderError
from engine.events import Finished, FrameDone, Started
from engine.queue import JobQueue, run_worker
from engine.queue.workers import LEASE_SECONDS
from engine.request import RenderRequest
from engine.settings import Settings

REFUSAL = "The picture is too large for this device; try a smaller one."


def request(owner: str = "test:here:somebody", **script: object) -> RenderRequest:
    """A request to render what `script` says."""
    return RenderRequest(owner=owner, settings=Settings(), platform="test", conversation=script)


# Worker processes are forked from one that has imported everything, which saves seconds for each.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.support.queue_worker"])


class Worker:
    """A worker in a process of its own, which notes in `folder` what it does and prints."""

    def __init__(
        self,
        url: str,
        folder: Path,
        worker_id: str = "device-0",
        lease: float = LEASE_SECONDS,
    ) -> None:
        self.notes = folder / "notes"
        self.output = folder / f"output-{time.monotonic_ns()}"
        arguments = (url, worker_id, lease, self.notes, self.output)
        self.process = _processes.Process(target=_run, args=arguments, daemon=True)
        self.process.start()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.join()

    async def stop(self) -> int | None:
        """Ask it to end, and wait for that; gives its exit status."""
        self.process.terminate()
        return await self.ended()

    async def ended(self) -> int | None:
        """Wait for its end; gives its exit status."""
        await asyncio.to_thread(self.process.join, 20)
        return self.process.exitcode


@contextmanager
def worker(
    url: str, folder: Path, worker_id: str = "device-0", lease: float = LEASE_SECONDS
) -> Iterator[Worker]:
    """A worker that is there for the time of the block."""
    started = Worker(url, folder, worker_id, lease)
    try:
        yield started
    finally:
        started.kill()


async def opened(queue: JobQueue) -> list[RenderRequest]:
    """What waits or runs, in the order of turns."""
    return [standing.request for standing in await queue.standing()]


class _Notes:
    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, *words: str) -> None:
        with self.file.open("a") as file:
            file.write(" ".join(words) + "\n")

    def times_begun(self, job: str) -> int:
        return self.file.read_text().splitlines().count(f"begin {job}")

    def watch_connections(self) -> None:
        def audit(event: str, arguments: tuple[object, ...]) -> None:
            if event in {"socket.connect", "socket.getaddrinfo"}:
                self.add("connection", repr(arguments))

        sys.addaudithook(audit)


def _renderer(notes: _Notes) -> Callable[..., Finished]:
    def render(job: RenderRequest, assignment: Assignment) -> Finished:
        notes.add("begin", job.id)
        try:
            return _play(job, assignment, notes.times_begun(job.id))
        finally:
            notes.add("end", job.id)

    return render


def _play(job: RenderRequest, assignment: Assignment, times_begun: int) -> Finished:
    emit, stop = assignment.emit, assignment.stop
    script: dict[str, Any] = dict(job.conversation)
    frames = script.get("frames", 3)
    saved = times_begun if script.get("saves") else 0
    began = time.monotonic()
    emit(Started(frames=frames))
    for done in range(1, frames + 1):
        if stop.wait(script.get("pause", 0.02)):
            time.sleep(script.get("linger", 0))
            if assignment.keep.is_set():
                return Finished(session=job.id, file="a.mp4", seconds=1, stopped_after=done - 1)
            raise RenderCancelled("stopped")
        while done > 1 and "gate" in script and not Path(script["gate"]).exists():
            if stop.wait(0.01):
                raise RenderCancelled("stopped")
        elapsed = time.monotonic() - began
        preview = "UklGRg=="
        emit(FrameDone(done=done, frames=frames, elapsed=elapsed, saved=saved, preview=preview))
    match script.get("ending"):
        case "refusal":
            raise RenderError(REFUSAL)
        case "bug":
            raise ZeroDivisionError("secret detail")
        case "crash" if times_begun <= script.get("crashes", times_begun):
            os.kill(os.getpid(), signal.SIGKILL)
    seconds = script.get("seconds", time.monotonic() - began)
    return Finished(session=job.id, file="animation.mp4", seconds=seconds)


def _run(url: str, worker_id: str, lease: float, notes_file: Path, output: Path) -> None:
    with output.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    tempfile.tempdir = str(output.parent)
    logging.basicConfig(level=logging.INFO)
    notes, stop = _Notes(notes_file), threading.Event()
    notes.watch_connections()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        run_worker(url, _renderer(notes), worker_id, stop, lease)
    except ConfigurationError as error:
        sys.exit(str(error))
