"""One request from its plan to its saved session."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.assignment import Assignment
from engine.configuration import Configuration
from engine.disk import check_room
from engine.errors import MediaError, RenderCancelled
from engine.events import Finished
from engine.media import Picture
from engine.plan import FramePlan
from engine.planning.plans import plan_frames
from engine.render.checkpoints import Checkpoints, remove_render
from engine.render.completion import Unfinished, draw_rest, draw_share
from engine.render.output.animation import write_animation
from engine.render.output.budget import fitted_copy, hold_to
from engine.render.preview import preview_webp
from engine.render.renderer import Renderer
from engine.render.reporting import Reporter
from engine.render.state import fingerprint
from engine.request import Inputs, RenderRequest
from engine.sessions.draft import Draft
from engine.sessions.local import LocalSessions
from engine.sessions.record import RECORD
from engine.storage import Storage

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

    def render_session(self, request: RenderRequest, assignment: Assignment) -> Finished:
        """Render a request, tell its progress, and save it as a session.

        RenderCancelled where it is told to stop, unless there are frames that are to be kept; other
        GiffusionErrors where it can't be done. Its frames stay until `forget`: a worker that is
        killed before it is noted how this ended has them still.
        """
        check_room(self._service.data, _SHARE_OF_FREE * self._service.free_mib)
        storage = self._sessions.storage.until(assignment.stop)
        inputs = self._fetched(request.inputs, storage)
        plan = plan_frames(request.settings, inputs)
        revision = self._catalogue.model(plan.pipeline.model).revision
        checkpoints = Checkpoints(
            self._work / request.id, fingerprint(plan, inputs, revision), storage
        )
        try:
            steps = self._renderer.steps(plan, inputs)
            report = Reporter(steps, assignment.emit, checkpoints.done, checkpoints.seconds)
            unfinished = Unfinished(plan, inputs, checkpoints)
            kept = self._render_on(unfinished, report, assignment)
            stop = assignment.stop if kept == plan else assignment.dropped
            finished = self._save(
                request, kept, revision, checkpoints, elapsed=report.elapsed, stop=stop
            )
        except RenderCancelled:
            raise  # a worker that is stopped goes on from there
        except BaseException:
            checkpoints.remove()
            raise
        if kept == plan:
            return finished
        return finished.model_copy(update={"stopped_after": len(kept.frames)})

    def render_share(self, request: RenderRequest, frames: range, assignment: Assignment) -> None:
        """Draw frames, or the first of them, of a request that another worker renders.

        RenderCancelled where that is over or this is told to stop; other GiffusionErrors where it
        can't be done here.
        """
        check_room(self._service.data, _SHARE_OF_FREE * self._service.free_mib)
        storage = self._sessions.storage.until(assignment.stop)
        inputs = self._fetched(request.inputs, storage)
        plan = plan_frames(request.settings, inputs)
        revision = self._catalogue.model(plan.pipeline.model).revision
        render = fingerprint(plan, inputs, revision)
        folder = self._work / request.id
        checkpoints = Checkpoints(folder, render, storage, joins=True)
        try:
            unfinished = Unfinished(plan, inputs, checkpoints)
            draw_share(self._renderer, unfinished, frames, assignment.stop)
        except FileNotFoundError as error:
            if folder.exists():
                raise
            raise RenderCancelled("the render is over") from error

    def forget(self, job: str) -> None:
        """Throw away what a render that is over has left for one that goes on."""
        remove_render(self._work / job, self._sessions.storage)

    def _fetched(self, inputs: Inputs, storage: Storage) -> Inputs:
        """The inputs as they are named here, and there. MediaError where no host has them."""
        here = inputs.below(self._service.data)
        for file in here.files:
            if not file.exists():
                storage.pull(file.parent, last=RECORD)
            if not file.exists():  # an earlier result, say, that was deleted meanwhile
                raise MediaError(f"{file.name}: what this was to be made from is gone; attach it.")
        return here

    def _render_on(self, render: Unfinished, report: Reporter, assignment: Assignment) -> FramePlan:
        """Render the frames that are not finished yet; the plan of all that are there then.

        They are fewer than the plan has where its user stopped it and keeps what is finished.
        """
        plan, checkpoints = render.plan, render.checkpoints
        try:
            if assignment.stop.is_set():
                raise RenderCancelled("the render was stopped before it began")
            if checkpoints.done < len(plan.frames):
                draw_rest(self._renderer, render, report, assignment)
        except RenderCancelled:
            if not assignment.keep.is_set() or not checkpoints.done:
                raise
        return replace(plan, frames=plan.frames[: checkpoints.done])

    def _save(
        self,
        request: RenderRequest,
        plan: FramePlan,
        revision: str,
        checkpoints: Checkpoints,
        *,
        elapsed: float,
        stop: threading.Event,
    ) -> Finished:
        """Join the finished frames to the animation, and save it; they took `elapsed` seconds."""
        began, output = time.monotonic(), request.settings.output
        first, inputs = list[Picture](), request.inputs.below(self._service.data)

        def keep_first(picture: Picture) -> None:
            if stop.is_set():
                raise RenderCancelled("the render was stopped")
            first.extend([picture][: not first])

        with self._sessions.create(request, stop) as draft:
            file = draft.path_for(output.format)
            write_animation(checkpoints.frames(), plan, inputs, file, keep_first)
            given_up = hold_to(file, plan.fps, output.max_bytes, stop) if output.max_bytes else ()
            posted, more = _postable(file, request, draft, plan, stop)
            joining, worked = time.monotonic() - began, checkpoints.seconds
            # Several workers drew in less time than they worked.
            seconds = min(elapsed, worked) + joining
            draft.commit(file, preview_webp(first[0]), seconds, revision, inputs)
        return Finished(
            session=request.id,
            file=posted.name,
            seconds=seconds,
            work_seconds=worked + joining,
            notes=(*given_up, *more),
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
