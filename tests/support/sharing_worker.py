"""A worker process that really renders, with a tiny model on a slow device.

It notes what it draws: `render JOB` or `share JOB BEGIN END`, with its name and the time before.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from engine import spans
from engine.assignment import Assignment
from engine.configuration import Configuration, load_configuration
from engine.errors import ModelError
from engine.production import Production
from engine.queue import run_worker
from engine.render import completion, rest
from engine.render.drawing import Drawing
from engine.render.threads import use_threads
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from tests.support.tiny_pipeline import build_tiny_pipeline

_BATCH_SECONDS = 0.15

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.support.sharing_worker"])


class Note(NamedTuple):
    """What a worker took on, at a time in seconds."""

    worker: str
    time: float
    kind: str
    job: str
    frames: range


class Site:
    """A folder with a service's settings, its tiny model and all that its workers share."""

    def __init__(self, home: Path) -> None:
        self.home = home
        build_tiny_pipeline(home / "tiny")
        (home / "settings.toml").write_text('[models.tiny]\npath = "tiny"\nsteps = 2\n')

    def configuration(self) -> Configuration:
        os.environ["GIFFUSION_SETTINGS"] = str(self.home / "settings.toml")
        return load_configuration()

    @property
    def notes(self) -> list[Note]:
        """What the workers took on, in the order of time."""
        file = self.home / "notes"
        lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
        return sorted(
            (
                Note(worker, float(at), kind, job, range(*map(int, frames or [0])))
                for worker, at, kind, job, *frames in lines
            ),
            key=lambda note: note.time,
        )

    @contextmanager
    def worker(self, url: str, name: str, *, helpless: bool = False) -> Iterator[Any]:
        """A process; a `helpless` one fails with every share."""
        process = _processes.Process(target=_run, args=(self, url, name, helpless), daemon=True)
        process.start()
        try:
            yield process
        finally:
            process.kill()
            process.join()


def _run(site: Site, url: str, name: str, helpless: bool) -> None:
    use_threads(1)
    completion.SEGMENT_SECONDS = spans.SHARE_SECONDS = 0.5
    spans._WORTH_SECONDS, rest._LOOK_SECONDS, rest._PATIENCE_SECONDS = 0.1, 0.1, 3.0
    Drawing.draw = _slowly(Drawing.draw)  # type: ignore[method-assign]
    configuration = site.configuration()
    production = Production(configuration, "cpu", LocalSessions(configuration.sessions))

    def note(*words: object) -> None:
        with (site.home / "notes").open("a") as file:
            print(name, time.time(), *words, file=file)

    def render(request: RenderRequest, assignment: Assignment) -> Any:
        note("render", request.id)
        return production.render_session(request, assignment)

    def share(request: RenderRequest, frames: range, assignment: Assignment) -> None:
        note("share", request.id, frames.start, frames.stop)
        if helpless:
            raise ModelError("The model can't be loaded here.")
        production.render_share(request, frames, assignment)

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_worker(url, render, name, stop, render_share=share)


def _slowly(draw: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*arguments: Any) -> Any:
        time.sleep(_BATCH_SECONDS)
        return draw(*arguments)

    return slow
