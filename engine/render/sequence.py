"""The order in which frames are made: in batches or one after another, some drawn, some between.

How a frame is drawn is handed in; nothing here touches torch.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from engine.dependence import batches
from engine.media import Picture
from engine.plan import FramePlan, FramePoint
from engine.render.camera import Camera

InputPicture = Callable[[FramePoint], Picture]
"""What is attached, as it is to be seen at a frame. Frames never go back."""


class Draw(Protocol):
    """Draws frames; `starts` are the pictures that they begin from, None for nothing but noise."""

    def __call__(
        self, frames: Sequence[FramePoint], starts: Sequence[Picture] | None
    ) -> list[Picture]:
        """A picture for each frame."""
        ...


class Drawn(NamedTuple):
    """A frame that was drawn, by its number."""

    frame: int
    picture: Picture


def picture_sequence(
    plan: FramePlan,
    start: InputPicture | None,
    feedback: bool,
    draw: Draw,
    *,
    span: range | None = None,
    before: Drawn | None = None,
) -> Iterator[Picture]:
    """Every frame of `span` in order, of the whole plan by default.

    `start` gives the attached picture that a frame begins from, if any is. With `feedback` only the
    plan's first frame does; every other one begins as the one drawn before it, moved. A span ends
    where a batch does; the last frame drawn `before` it is needed with feedback or cadence.
    """
    span = range(len(plan.frames)) if span is None else span
    taken = [batch for batch in batches(plan) if batch[0].index in span]
    points, camera = list(chain.from_iterable(taken)), Camera(plan)
    if feedback:
        drawn = _fed_back(points, start, camera, draw, before)
    else:
        drawn = _in_batches(taken, start, draw)
    return _filled(points, drawn, camera, before)


def _in_batches(
    taken: Sequence[Sequence[FramePoint]], start: InputPicture | None, draw: Draw
) -> Iterator[Picture]:
    """Frames that don't begin as each other."""
    for frames in taken:
        yield from draw(frames, [start(frame) for frame in frames] if start else None)


def _fed_back(
    points: Sequence[FramePoint],
    start: InputPicture | None,
    camera: Camera,
    draw: Draw,
    before: Drawn | None,
) -> Iterator[Picture]:
    """Frames that each begin as the one before, moved."""
    for frame in points:
        if before is None:
            begin = start(frame) if start else None
        else:
            begin = camera.onwards(before.picture, before.frame, frame.index)
        (picture,) = draw([frame], None if begin is None else [begin])
        before = Drawn(frame.index, picture)
        yield picture


def _filled(
    points: Sequence[FramePoint],
    drawn: Iterator[Picture],
    camera: Camera,
    before: Drawn | None,
) -> Iterator[Picture]:
    """The drawn frames, and between each two of them those that were left out."""
    for frame, picture in zip(points, drawn, strict=True):
        if before is not None:
            for place in range(1, frame.index - before.frame):
                yield camera.between(before.picture, picture, before.frame, place, frame.index)
        yield picture
        before = Drawn(frame.index, picture)
