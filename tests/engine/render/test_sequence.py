"""The order frames are made in, with a draw that only notes what it was asked for."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.media import Picture
from engine.plan import FramePlan, FramePoint, Move
from engine.render.sequence import Drawn, picture_sequence


class Noted:
    """Draws each frame as its start, or as a picture of its number's brightness."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __call__(
        self, frames: Sequence[FramePoint], starts: Sequence[Picture] | None
    ) -> list[Picture]:
        self.batches.append([frame.index for frame in frames])
        if starts is not None:
            return list(starts)
        return [np.full((64, 64, 3), 10 * frame.index, np.uint8) for frame in frames]


def dotted(x: int, y: int) -> Picture:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[y - 1 : y + 2, x - 1 : x + 2] = 255
    return picture


def centre(picture: Picture) -> tuple[float, float]:
    light = picture[..., 0].astype(float)
    rows, columns = np.indices(light.shape)
    return (columns * light).sum() / light.sum(), (rows * light).sum() / light.sum()


def moving(plan: FramePlan, **move: float) -> FramePlan:
    frames = tuple(replace(frame, move=Move(**move)) for frame in plan.frames)
    return replace(plan, frames=frames)


def pictures(plan, draw, start=None, fed_back=False, span=None, before=None):
    return list(picture_sequence(plan, start, fed_back, draw, span=span, before=before))


def test_frames_that_depend_on_nothing_are_drawn_in_batches_of_those_alike(make_plan) -> None:
    draw = Noted()
    guidance = [3.0, 3.0, 3.0, 3.0, 5.0, 3.0, 3.0]
    made = pictures(make_plan(frames=7, batch_size=3, guidance_scale=guidance), draw)
    assert draw.batches == [[0, 1, 2], [3], [4], [5, 6]]
    assert [int(picture[0, 0, 0]) for picture in made] == [0, 10, 20, 30, 40, 50, 60]


def test_frames_that_are_held_together_are_drawn_one_by_one_whatever_the_batch(make_plan) -> None:
    plan = make_plan(frames=3, batch_size=3)
    coherent = replace(
        plan, frames=tuple(replace(frame, coherence_scale=100.0) for frame in plan.frames)
    )
    draw = Noted()
    pictures(coherent, draw)
    assert draw.batches == [[0], [1], [2]]


def test_motion_moves_each_frame_into_the_start_of_the_next_at_once(make_plan) -> None:
    plan = moving(make_plan(frames=5), translation_x=4.0, translation_y=-2.0)
    made = pictures(plan, Noted(), start=lambda frame: dotted(20, 40), fed_back=True)
    for index, picture in enumerate(made):
        assert centre(picture) == pytest.approx((20 + 4 * index, 40 - 2 * index), abs=0.5)


def test_a_text_to_image_animation_moves_too(make_plan) -> None:
    plan = moving(make_plan(frames=4), translation_x=5.0)

    def draw(frames, starts):
        return [dotted(20, 20)] if starts is None else list(starts)

    made = pictures(plan, draw, fed_back=True)
    assert [round(centre(picture)[0]) for picture in made] == [20, 25, 30, 35]


@pytest.mark.holds("diffusion_cadence")
@pytest.mark.parametrize("flow", [False, True])
def test_every_nth_frame_is_drawn_and_the_motion_goes_on_in_between(make_plan, flow) -> None:
    plan = moving(
        make_plan(frames=8, cadence=3, optical_flow=flow), translation_x=4.0, translation_y=0.0
    )
    draw = Noted()
    made = pictures(plan, draw, start=lambda frame: dotted(16, 32), fed_back=True)
    assert draw.batches == [[0], [3], [6], [7]]
    for index, picture in enumerate(made):
        assert centre(picture) == pytest.approx((16 + 4 * index, 32), abs=0.5)


def test_frames_in_between_are_blends_of_their_neighbours(make_plan) -> None:
    made = pictures(make_plan(frames=5, cadence=4), Noted())
    assert [int(picture[9, 9, 0]) for picture in made] == [0, 10, 20, 30, 40]


@pytest.mark.parametrize("fed_back", [False, True])
def test_a_part_is_made_from_the_frame_drawn_before_it_and_that_one_is_not_drawn_again(
    make_plan, fed_back
) -> None:
    plan, draw = moving(make_plan(frames=8, cadence=3, batch_size=2), translation_x=4.0), Noted()
    first = pictures(plan, Noted(), lambda frame: dotted(16 + 4 * frame.index, 32), fed_back)
    made = pictures(
        plan,
        draw,
        lambda frame: dotted(16 + 4 * frame.index, 32),
        fed_back,
        span=range(4, 8),
        before=Drawn(3, first[3]),
    )
    assert [index for batch in draw.batches for index in batch] == [6, 7]
    assert all((a == b).all() for a, b in zip(made, first[4:], strict=True))
