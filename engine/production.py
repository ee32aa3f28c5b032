"""One request from its plan to its saved session."""

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.configuration import Configuration
from engine.errors import RenderError
from engine.events import Event, Finished, FrameDone, Started
from engine.models import read_model
from engine.plan import FramePlan, compile_plan
from engine.render import Picture
from engine.render.output import open_encoder
from engine.render.pipelines import PipelineCache
from engine.render.preview import preview_webp
from engine.render.renderer import render_frames
from engine.request import Inputs, RenderRequest
from engine.sessions.local import LocalSessions
from engine.settings import Format

_PREVIEW_SECONDS = 0.5


class Production:
    """Renders requests one after the other, keeping the model between them."""

    def __init__(self, configuration: Configuration, device: str, sessions: LocalSessions) -> None:
        self._models = configuration.models
        self._sessions = sessions
        self._pipelines = PipelineCache(lambda name: self._models[name].path, device)

    def warm_up(self, model: str) -> None:
        """Load a model before the first request asks for it. ModelError if it can't be loaded."""
        self._pipelines.text_to_image(model)

    def render_session(
        self, request: RenderRequest, emit: Callable[[Event], None], stop: threading.Event
    ) -> Finished:
        """Render a request, tell its progress, and save it as a session.

        RenderCancelled soon after `stop` is set; other GiffusionErrors where it can't be done.
        """
        began = time.monotonic()
        plan = compile_plan(request.settings)
        model = read_model(plan.model, self._models[plan.model])
        progress = _Progress(len(plan.frames), emit)
        with self._sessions.create(request) as draft:
            file = draft.path_for(request.settings.output.format)
            self.render_file(plan, request.inputs, file, progress.frame_done, stop)
            seconds = time.monotonic() - began
            draft.commit(file, progress.poster, seconds, model.revision)
        return Finished(session=request.id, file=file.name, seconds=seconds)

    def render_file(
        self,
        plan: FramePlan,
        inputs: Inputs,
        file: Path,
        frame_done: Callable[[Picture], None],
        stop: threading.Event,
    ) -> None:
        """Render a plan into `file`, whose ending is its format; `frame_done` sees every frame."""
        if plan.model not in self._models:
            raise RenderError(f"the model {plan.model} is not here any more; choose another")
        format_ = Format(file.suffix.lstrip("."))
        with open_encoder(
            file, format_, plan.fps, plan.width, plan.height, audio=inputs.audio
        ) as encoder:
            for frame in render_frames(self._pipelines, plan, inputs, stop):
                encoder.add(frame)
                frame_done(frame)


@dataclass(slots=True)
class _Progress:
    """Tells `emit` of every frame, with a preview picture every half second."""

    frames: int
    emit: Callable[[Event], None]
    done: int = 0
    began: float = 0.0
    previewed: float = 0.0
    poster: bytes = b""

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self.emit(Started(frames=self.frames))

    def frame_done(self, frame: Picture) -> None:
        now = time.monotonic()
        self.done += 1
        preview = None
        if self.done in (1, self.frames) or now - self.previewed >= _PREVIEW_SECONDS:
            preview, self.previewed = preview_webp(frame), now
            self.poster = self.poster or preview
        self.emit(
            FrameDone(
                done=self.done,
                frames=self.frames,
                elapsed=now - self.began,
                preview=base64.b64encode(preview).decode() if preview else None,
            )
        )
