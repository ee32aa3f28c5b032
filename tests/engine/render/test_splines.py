import math

import numpy as np
import pytest
from scipy import ndimage

from engine.groups.motion import Padding
from engine.plan import Move
from engine.render.motion import inverse, matrix
from engine.render.splines import sampled

SIZES = [(96, 64), (70, 130), (8, 8)]
MOVES = {
    "a slow one": Move(zoom=1.003, angle=0.1, translation_x=0.3),
    "a fast one": Move(0.7, 20, 13, -30, 0.2, 0.9),
    "far away": Move(0.1, 70, 500, -900),
}
SCIPYS = {
    Padding.BORDER: "nearest",
    Padding.REFLECTION: "reflect",
    Padding.WRAP: "grid-wrap",
    Padding.ZEROS: "grid-constant",
}


@pytest.mark.parametrize("padding", list(Padding))
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_the_values_between_pixels_are_those_of_scipys_quintic_spline(
    move: Move, size: tuple[int, int], padding: Padding
) -> None:
    width, height = size
    picture = np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)
    back = inverse(matrix(move, width, height))
    reference = [
        ndimage.affine_transform(
            channel,
            back[[1, 0]][:, [1, 0]],  # (y, x)
            back[[1, 0], 2],
            order=5,
            mode=SCIPYS[padding],
            output=np.float64,
        )
        for channel in np.moveaxis(picture, -1, 0)
    ]
    error = np.abs(sampled(picture, back, padding) - np.stack(reference, axis=-1))
    assert error.mean() < 0.05
    assert error.max() < 0.5


def test_a_shift_by_whole_pixels_changes_no_level() -> None:
    picture = np.random.default_rng(4).integers(0, 256, (90, 80, 3), np.uint8)
    back = inverse(matrix(Move(translation_x=5, translation_y=-7), 80, 90))
    shifted = sampled(picture, back, Padding.WRAP)
    assert np.array_equal(np.rint(shifted), np.roll(picture, (-7, 5), (0, 1)))


def test_a_wave_is_the_same_wave_between_its_pixels() -> None:
    def wave(x: np.ndarray) -> np.ndarray:
        return 128 + 100 * np.sin(2 * math.pi * x / 8)

    picture = np.rint(wave(np.arange(64)))[None, :, None].repeat(16, 0).repeat(3, 2)
    back = inverse(matrix(Move(translation_x=0.3), 64, 16))
    moved = sampled(picture.astype(np.uint8), back, Padding.WRAP)
    assert np.abs(moved[8, :, 0] - wave(np.arange(64) - 0.3)).max() < 1
