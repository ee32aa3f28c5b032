"""Which frames are drawn, and what the ones in between look like."""

import cv2
import numpy as np
import pytest

from engine.groups.motion import Padding
from engine.plan import Move
from engine.render.cadence import between
from engine.render.motion import composed, moved_once

STILL = Move()


def disc(x, y, size=(96, 128), radius=14, ground=40, colour=220):
    """A soft-edged disc on a plain ground."""
    picture = np.full((*size, 3), ground, np.uint8)
    cv2.circle(picture, (x, y), radius, (colour,) * 3, -1, cv2.LINE_AA)
    return picture


def centre(picture, ground=40):
    weight = np.abs(picture[..., 0].astype(float) - ground)
    weight[weight < 30] = 0
    rows, columns = np.indices(weight.shape)
    return (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()


def test_without_flow_what_moved_is_seen_twice_half_way():
    mixed = between(disc(40, 48), disc(80, 48), [STILL] * 2, 1, Padding.BORDER, optical_flow=False)
    assert mixed[48, 40, 0] == mixed[48, 80, 0] == 130
    assert mixed[48, 60, 0] == 40


@pytest.mark.holds("optical_flow_cadence")
@pytest.mark.parametrize("place", [1, 2, 3])
def test_along_the_flow_it_is_on_its_way_and_whole(place):
    before, after = disc(56, 44), disc(68, 50)
    made = between(before, after, [STILL] * 4, place, Padding.BORDER, optical_flow=True)
    assert centre(made) == pytest.approx((56 + 3 * place, 44 + 1.5 * place), abs=1.5)
    solid = np.count_nonzero(made[..., 0] > 180) / np.count_nonzero(before[..., 0] > 180)
    assert solid > 0.85


@pytest.mark.parametrize("flow", [False, True])
def test_pictures_that_are_alike_stay_as_they_are(flow):
    picture = disc(50, 50)
    made = between(picture, picture, [STILL] * 3, 1, Padding.BORDER, optical_flow=flow)
    assert np.abs(made.astype(int) - picture).max() <= 2


@pytest.mark.holds("optical_flow_cadence")
def test_a_change_of_light_is_blended_and_not_torn():
    # The same scene at noon and at night, with faint grain that a flow could cling to.
    grain = np.random.default_rng(3).normal(0, 2, (96, 128, 1))
    day, night = (
        np.clip(disc(64, 48, ground=g, colour=c) + grain, 0, 255).astype(np.uint8)
        for g, c in ((240, 200), (20, 90))
    )
    made = between(day, night, [STILL] * 2, 1, Padding.BORDER, optical_flow=True).astype(int)
    faded = (day.astype(int) + night) / 2
    assert np.abs(made - faded).max() < 30
    assert np.abs(made - faded).mean() < 3


@pytest.mark.holds("diffusion_cadence")
@pytest.mark.parametrize("flow", [False, True])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_the_camera_goes_on_in_between(flow, place):
    move = Move(zoom=1.05, angle=2.0, translation_x=3.0, translation_y=-1.0)
    before = disc(50, 40)
    after = moved_once(before, composed([move] * 4, 128, 96), Padding.BORDER)
    made = between(before, after, [move] * 4, place, Padding.BORDER, optical_flow=flow)
    there = composed([move] * place, 128, 96) @ (50, 40, 1)
    assert centre(made) == pytest.approx(tuple(there[:2]), abs=0.5)


def test_what_only_the_later_frame_shows_comes_from_it():
    # Between black and white, at a quarter of the way, with the camera moving 40 pixels right.
    before, after = np.zeros((64, 128, 3), np.uint8), np.full((64, 128, 3), 255, np.uint8)
    move = Move(translation_x=10.0)
    made = between(before, after, [move] * 4, 1, Padding.ZEROS, optical_flow=False)
    assert made[32, 64, 0] == pytest.approx(64, abs=2)
    assert made[32, 2, 0] > 250  # `before` has left it, `after` still has it


@pytest.mark.parametrize("size", [(64, 64), (48, 96), (90, 41)])
def test_any_size_will_do(size):
    pictures = np.random.default_rng(0).integers(0, 255, (2, *size, 3), np.uint8)
    made = between(*pictures, [STILL] * 2, 1, Padding.WRAP, optical_flow=True)
    assert made.shape == (*size, 3)
