"""The worker as `giffusion worker` runs it, with short segments, noting what it draws.

Notes: `begin JOB PID`, `help JOB PID` where another worker renders it, `draw JOB PID FRAMES…` at
each batch, `join JOB PID` and `done JOB PID`.
"""

import os
import socket
from collections.abc import Sequence
from typing import Any

from engine.assignment import Assignment
from engine.configuration import load_configuration
from engine.events import Finished
from engine.media import Picture
from engine.plan import FramePoint
from engine.production import Production
from engine.render import completion
from engine.render.drawing import Drawing
from engine.render.threads import use_threads
from engine.request import RenderRequest
from engine.worker import run_worker_process
from tests.chaos.place import Place
from tests.support.tiny_pipeline import build_tiny_pipeline


def work(place: Place, host: str) -> None:
    """Render until told to end, as the worker of a host of this name."""
    socket.gethostname = lambda: host  # a worker is known by it
    completion.SEGMENT_SECONDS = 0.0
    use_threads(1)
    _note_what_is_done(place)
    run_worker_process(load_configuration(), "cpu")


def build_model(place: Place) -> None:
    """Write the model that all processes draw with."""
    build_tiny_pipeline(place.folder / "tiny")


def _note_what_is_done(place: Place) -> None:
    render_session, render_share = Production.render_session, Production.render_share
    save, draw = Production._save, Drawing.draw
    job = ""

    def note(what: str, *words: object) -> None:
        place.note(what, job, os.getpid(), *words)

    def noted_render(self: Production, request: RenderRequest, assignment: Assignment) -> Finished:
        nonlocal job
        job = request.id
        note("begin")
        finished = render_session(self, request, assignment)
        note("done")
        return finished

    def noted_share(
        self: Production, request: RenderRequest, frames: range, assignment: Assignment
    ) -> None:
        nonlocal job
        job = request.id
        note("help")
        render_share(self, request, frames, assignment)

    def noted_save(self: Production, *arguments: Any, **named: Any) -> Finished:
        note("join")
        return save(self, *arguments, **named)

    def noted_draw(
        self: Drawing, frames: Sequence[FramePoint], starts: Sequence[Picture] | None
    ) -> list[Picture]:
        note("draw", *(frame.index for frame in frames))
        return draw(self, frames, starts)

    Production.render_session = noted_render
    Production.render_share = noted_share
    Production._save = noted_save
    Drawing.draw = noted_draw
