"""One request from its plan to its saved session."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.configuration import Configuration
from engine.dependence import cuts
from engine.disk import check_room
from engine.errors import RenderCancelled
from engine.events import Event, Finished
from engine.media import Picture
from engine.plan import FramePlan
from engine.planning.plans import plan_frames
from engine.render.checkpoints import Checkpoints
from engine.render.output.animation import write_animation
from engine.render.output.budget import fitted_copy, hold_to
from engine.render.preview import preview_webp
from engine.render.renderer import Renderer
from engine.render.reporting import Reporter
from engine.render.state import fingerprint
from engine.request import Inputs, RenderRequest
from engine.sessions.local import Draft, LocalSessions

_SEGMENT_SECONDS = 15.0
"""Of work are lost at most, and a place to cut, where a worker is killed."""

# Of the space that new requests leave free: it is there for those that were accepted before.
_SHARE_OF_FREE = 0.25


class Production:
    """Renders requests one after the other, keeping the models between them."""

    def __init__(self, configuration: Configuration, device: str, sessions: LocalSessions) -> None:
        self._catalogue = configuration.catalogue
        self._service = configuration.service
        self._sessions = sessions
        self._work = configuration.work
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
        plan = plan_frames(request.settings, request.inputs)
        revision = self._catalogue.model(plan.pipeline.model).revision
        checkpoints = Checkpoints(
            self._work / request.id, fingerprint(plan, request.inputs, revision)
        )
        try:
            self._render_on(plan, request.inputs, checkpoints, emit, stop)
            finished = self._save(request, plan, revision, checkpoints, stop)
        except RenderCancelled:
            raise  # a worker that is stopped goes on from there
        except BaseException:
            checkpoints.remove()
            raise
        checkpoints.remove()
        return finished

    def _render_on(
        self,
        plan: FramePlan,
        inputs: Inputs,
        checkpoints: Checkpoints,
        emit: Callable[[Event], None],
        stop: threading.Event,
    ) -> None:
        """Render the frames that are not finished yet, and keep them every few seconds."""
        done, frames = checkpoints.done, len(plan.frames)
        report = Reporter(frames, emit, done, checkpoints.seconds)
        if done == frames:
            return
        places, state = set(cuts(plan)), checkpoints.state
        with self._renderer.segment(plan, inputs, range(done, frames), state, stop) as segment:
            pictures = iter(segment)
            while done < frames:
                began = time.monotonic()
                with checkpoints.begin_segment(plan.width, plan.height) as writer:
                    for picture in pictures:
                        writer.add(picture)
                        report.frame_done(picture)
                        done += 1
                        if done in places and time.monotonic() - began > _SEGMENT_SECONDS:
                            break
                    writer.commit(segment.state(), time.monotonic() - began)

    def _save(
        self,
        request: RenderRequest,
        plan: FramePlan,
        revision: str,
        checkpoints: Checkpoints,
        stop: threading.Event,
    ) -> Finished:
        """Join the finished frames to the animation, and save it."""
        began, output = time.monotonic(), request.settings.output
        first: list[Picture] = []

        def keep_first(picture: Picture) -> None:
            if stop.is_set():
                raise RenderCancelled("the render was stopped")
            first.extend([picture][: not first])

        with self._sessions.create(request) as draft:
            file = draft.path_for(output.format)
            write_animation(checkpoints.frames(), plan, request.inputs, file, keep_first)
            given_up = hold_to(file, plan.fps, output.max_bytes, stop) if output.max_bytes else ()
            posted, more = _postable(file, request, draft, plan, stop)
            seconds = checkpoints.seconds + time.monotonic() - began
            draft.commit(file, preview_webp(first[0]), seconds, revision)
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
