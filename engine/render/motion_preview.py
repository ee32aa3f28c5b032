"""The motion of an animation alone, over a picture or a test card; nothing is drawn, no torch."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from engine.dependence import is_fed_back
from engine.media import Picture
from engine.media.pictures import open_pictures
from engine.plan import FramePlan, FramePoint
from engine.render.camera import Camera
from engine.render.sequence import picture_sequence
from engine.request import Inputs

_SQUARES = 8
"""Of the test card, along its shorter side."""


def preview_motion(plan: FramePlan, inputs: Inputs) -> Iterator[Picture]:
    """Every frame as the motion alone makes it, height × width × 3.

    MediaError where an input can't be read.
    """
    with open_pictures(inputs, plan.width, plan.height, plan.video) as picture_at:
        card, camera = test_card(plan.width, plan.height), Camera(plan)

        def start(frame: FramePoint) -> Picture:
            attached = picture_at(frame.index, frame.time) if picture_at else card
            return camera.seen(attached, frame.index)

        def draw(frames: Sequence[FramePoint], starts: Sequence[Picture] | None) -> list[Picture]:
            return list(starts or ())

        fed_back = is_fed_back(plan, inputs, drawn_over=True)
        yield from picture_sequence(plan, start, fed_back, draw)


def test_card(width: int, height: int) -> Picture:
    """A chequered picture with a cross at its centre and an arrow up: every motion shows."""
    side = max(1, min(width, height) // _SQUARES)
    rows, columns = np.indices((height, width)) // side
    card = np.where(((rows + columns) % 2)[..., None], (70, 90, 120), (225, 228, 235))
    picture = np.ascontiguousarray(card.astype(np.uint8))
    centre, thickness = (width // 2, height // 2), max(1, side // 6)
    cv2.drawMarker(picture, centre, (220, 60, 50), cv2.MARKER_CROSS, side, thickness)
    tip = (width // 2, side)
    cv2.arrowedLine(picture, centre, tip, (40, 120, 70), thickness, cv2.LINE_AA, tipLength=0.2)
    return picture
