"""Drawing what is left of a render, all of it or a share, into its checkpoints."""

import threading
from collections.abc import Collection, Iterator
from typing import NamedTuple

from engine.assignment import Assignment
from engine.dependence import cuts
from engine.errors import RenderCancelled
from engine.media import Picture
from engine.plan import FramePlan
from engine.render.checkpoints import Checkpoints
from engine.render.renderer import Renderer
from engine.render.reporting import Reporter
from engine.render.rest import Rest, RestAlone, RestWithHelp
from engine.render.segment_files import SegmentWriter
from engine.request import Inputs

SEGMENT_SECONDS = 15.0
"""Of work are lost at most, and a place to cut, where a worker is killed."""


class Unfinished(NamedTuple):
    """A render, and what is finished of it."""

    plan: FramePlan
    inputs: Inputs
    checkpoints: Checkpoints


def draw_rest(
    renderer: Renderer, render: Unfinished, report: Reporter, assignment: Assignment
) -> None:
    """Draw the frames that are not finished yet, with what help there is.

    RenderCancelled where the assignment says so: the finished frames are kept then, and where its
    user wants them those of the last segment too. Other errors as `Renderer.frames`.
    """
    plan, inputs, checkpoints = render
    places = cuts(plan)
    chained = bool(renderer.carries(plan, inputs))
    rest: Rest
    if chained or assignment.helpers is None:
        rest = RestAlone(checkpoints, len(plan.frames))
    else:
        helpers, stop = assignment.helpers, assignment.stop
        rest = RestWithHelp(checkpoints, places, helpers, report.frames_saved, stop)
    for span in rest.spans():
        state = checkpoints.state if chained else None
        with renderer.segment(plan, inputs, span, state, assignment.stop) as segment:
            pictures, at, going = iter(segment), span.start, True
            while going and at < span.stop:
                with checkpoints.begin_segment(at, plan.width, plan.height) as writer:
                    try:
                        going = _fill(writer, pictures, places, rest, report)
                        writer.commit(segment.state())
                    except RenderCancelled:
                        if assignment.keep.is_set() and writer.frames:
                            writer.commit(b"")  # nothing follows
                        raise
                at = writer.end
                rest.kept()
                report.frames_saved(rest.finished)
    report.frames_saved(rest.finished)


def draw_share(
    renderer: Renderer, render: Unfinished, frames: range, stop: threading.Event
) -> None:
    """Draw the first of some frames of another worker's render: a segment, so that it ends soon.

    Errors as `Renderer.segment`.
    """
    plan, inputs, checkpoints = render
    places = set(cuts(plan))
    with (
        renderer.segment(plan, inputs, frames, None, stop) as segment,
        checkpoints.begin_segment(frames.start, plan.width, plan.height) as writer,
    ):
        for picture in segment:
            writer.add(picture)
            if writer.end in places and writer.seconds > SEGMENT_SECONDS:
                break
        writer.commit(segment.state())


def _fill(
    writer: SegmentWriter,
    pictures: Iterator[Picture],
    places: Collection[int],
    rest: Rest,
    report: Reporter,
) -> bool:
    """Take some seconds of frames into a segment, up to a place for a cut; whether to go on."""
    for picture in pictures:
        writer.add(picture)
        report.frame_done(picture, [*rest.finished, writer.span])
        if writer.end in places:
            if not rest.goes_on(writer.end, writer.seconds / writer.frames):
                return False
            if writer.seconds > SEGMENT_SECONDS:
                return True
    return False
