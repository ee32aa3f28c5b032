"""The order in which frames are made: in batches or one after another, some drawn, some between.

How a frame is drawn is handed in; nothing here touches torch.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Protocol

from engine.media import Picture
from engine.plan import FramePlan, FramePoint
from engine.render.cadence import drawn_frames
from engine.render.camera import Camera
from engine.request import Inputs

InputPicture = Callable[[FramePoint], Picture]
"""What is attached, as it is to be seen at a frame. Frames never go back."""

Likeness = Callable[[FramePoint], object]
"""Frames of equal likeness can be drawn in one batch."""


class Draw(Protocol):
    """Draws frames; `starts` are the pictures that they begin from, None for nothing but noise."""

    def __call__(
        self, frames: Sequence[FramePoint], starts: Sequence[Picture] | None
    ) -> list[Picture]:
        """A picture for each frame."""
        ...


def is_fed_back(plan: FramePlan, inputs: Inputs, start: InputPicture | None) -> bool:
    """Whether each frame begins as the one before it, moved.

    Not where a video's frames are drawn over: there the camera moves over the video.
    """
    return plan.moves and not (start and inputs.video)


def picture_sequence(
    plan: FramePlan, start: InputPicture | None, feedback: bool, likeness: Likeness, draw: Draw
) -> Iterator[Picture]:
    """Every frame of the plan in order.

    `start` gives the attached picture that a frame begins from, if any is. With `feedback` only the
    first frame does; every other one begins as the one drawn before it, moved.
    """
    points = [plan.frames[index] for index in drawn_frames(len(plan.frames), plan.cadence)]
    camera = Camera(plan)
    if feedback:
        drawn = _fed_back(points, start, camera, draw)
    else:
        size = 1 if plan.is_coherent else plan.batch_size
        drawn = _in_batches(points, start, size, likeness, draw)
    return _filled(points, drawn, camera)


def _in_batches(
    points: Sequence[FramePoint],
    start: InputPicture | None,
    size: int,
    likeness: Likeness,
    draw: Draw,
) -> Iterator[Picture]:
    """Frames that don't depend on each other, `size` at once where they are alike."""
    for _, run in groupby(points, likeness):
        alike = list(run)
        for first in range(0, len(alike), size):
            frames = alike[first : first + size]
            yield from draw(frames, [start(frame) for frame in frames] if start else None)


def _fed_back(
    points: Sequence[FramePoint], start: InputPicture | None, camera: Camera, draw: Draw
) -> Iterator[Picture]:
    """Frames that each begin as the one before, moved."""
    (picture,) = draw(points[:1], [start(points[0])] if start else None)
    yield picture
    for before, frame in pairwise(points):
        (picture,) = draw([frame], [camera.onwards(picture, before.index, frame.index)])
        yield picture


def _filled(
    points: Sequence[FramePoint], drawn: Iterator[Picture], camera: Camera
) -> Iterator[Picture]:
    """The drawn frames, and between each two of them those that were left out."""
    before = next(drawn)
    yield before
    for (left, right), after in zip(pairwise(points), drawn, strict=True):
        for place in range(1, right.index - left.index):
            yield camera.between(before, after, left.index, place, right.index)
        yield after
        before = after
