"""What a plan's moves do to an attached picture."""

from dataclasses import replace

import numpy as np
import pytest

from engine.plan import Move
from engine.render.camera import Camera


def test_an_attached_picture_is_seen_after_all_moves_so_far(make_plan) -> None:
    plan = make_plan(frames=6)
    moves = tuple(replace(frame, move=Move(translation_x=3.0)) for frame in plan.frames)
    camera = Camera(replace(plan, frames=moves))
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[30:33, 10:13] = 255
    # The first frame has none before it, so its own move does nothing.
    for frame, column in ((0, 11), (1, 14), (4, 23), (4, 23), (5, 26)):
        seen = camera.seen(picture, frame)
        columns = np.flatnonzero(seen[31, :, 0] > 128)
        assert columns.mean() == pytest.approx(column, abs=0.5)


def test_without_motion_the_very_same_picture_is_seen(make_plan) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    assert Camera(make_plan()).seen(picture, 3) is picture


def test_a_zoom_without_end_stays_a_picture(make_plan) -> None:
    plan = make_plan(frames=400)
    moves = tuple(replace(frame, move=Move(zoom=10.0)) for frame in plan.frames)
    picture = np.full((64, 64, 3), 90, np.uint8)
    assert (Camera(replace(plan, frames=moves)).seen(picture, 399) == 90).all()
