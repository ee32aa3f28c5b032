"""One request from its plan to its saved session."""

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.configuration import Configuration
from engine.disk import check_room
from engine.events import Event, Finished, FrameDone, Started
from engine.media import Picture
from engine.plan import FramePlan
from engine.planning.plans import plan_frames
from engine.render.output.animation import write_animation
from engine.render.output.budget import fitted_copy, hold_to
from engine.render.preview import preview_webp
from engine.render.renderer import Renderer
from engine.request import Inputs, RenderRequest
from engine.sessions.local import Draft, LocalSessions

_PREVIEW_SECONDS = 0.5

# Of the space that new requests leave free: it is there for those that were accepted before.
_SHARE_OF_FREE = 0.25


class Production:
    """Renders requests one after the other, keeping the models between them."""

    def __init__(self, configuration: Configuration, device: str, sessions: LocalSessions) -> None:
        self._catalogue = configuration.catalogue
        self._service = configuration.service
        self._sessions = sessions
        self._renderer = Renderer(self._catalogue, device)

    def warm_up(self, model: str) -> None:
        """Load a model before the first request asks for it. ModelError if it can't be loaded."""
        self._renderer.warm_up(model)

    def render_session(
        self, request: RenderRequest, emit: Callable[[Event], None], stop: threading.Event
    ) -> Finished:
        """Render a request, tell its progress, and save it as a session.

        RenderCancelled soon after `stop` is set; other GiffusionErrors where it can't be done.
        """
        check_room(self._service.data, _SHARE_OF_FREE * self._service.free_mib)
        began = time.monotonic()
        output = request.settings.output
        plan = plan_frames(request.settings, request.inputs)
        model = self._catalogue.model(plan.pipeline.model)
        progress = _Progress(len(plan.frames), emit)
        with self._sessions.create(request) as draft:
            file = draft.path_for(output.format)
            given_up = self.render_file(
                plan,
                request.inputs,
                file,
                progress.frame_done,
                stop=stop,
                max_bytes=output.max_bytes,
            )
            posted, more = _postable(file, request, draft, plan, stop)
            seconds = time.monotonic() - began
            draft.commit(file, progress.poster, seconds, model.revision)
        return Finished(
            session=request.id, file=posted.name, seconds=seconds, notes=(*given_up, *more)
        )

    def render_file(
        self,
        plan: FramePlan,
        inputs: Inputs,
        file: Path,
        frame_done: Callable[[Picture], None],
        *,
        stop: threading.Event,
        max_bytes: int | None = None,
    ) -> tuple[str, ...]:
        """Render a plan into `file`, whose ending is its format; `frame_done` sees every frame.

        Returned is what was given up to keep it within `max_bytes`; RenderError where it can't be.
        """
        frames = self._renderer.frames(plan, inputs, stop)
        write_animation(frames, plan, inputs, file, frame_done)
        return hold_to(file, plan.fps, max_bytes, stop) if max_bytes else ()


def _postable(
    file: Path, request: RenderRequest, draft: Draft, plan: FramePlan, stop: threading.Event
) -> tuple[Path, tuple[str, ...]]:
    """The file for the chat, no larger than it takes if that can be had, and what that cost."""
    if request.upload_bytes is None:
        return file, ()
    smaller = draft.upload_path_for(request.settings.output.format)
    fitted = fitted_copy(file, smaller, plan.fps, request.upload_bytes, stop)
    return fitted.file or file, fitted.given_up


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
