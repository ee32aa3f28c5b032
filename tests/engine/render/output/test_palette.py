import numpy as np
import pytest

from engine.render.output.palette import reduce_colours

GENERATOR = np.random.default_rng(0)


def test_few_colours_come_back_nearly_exactly() -> None:
    colours = GENERATOR.integers(0, 256, (200, 3), np.uint8)
    frame = colours[GENERATOR.integers(0, 200, (64, 64))]
    palette, [indices] = reduce_colours([frame])
    assert palette.shape == (256, 3)
    # Two of the 200 may fall into one cell of 8 levels a side.
    assert np.abs(palette[indices].astype(int) - frame).max() <= 8


def test_a_palette_can_be_smaller() -> None:
    frame = GENERATOR.integers(0, 256, (32, 32, 3), np.uint8)
    palette, [indices] = reduce_colours([frame], 31)
    assert palette.shape == (31, 3)
    assert indices.max() < 31


def test_one_colour_is_exact() -> None:
    frame = np.full((8, 8, 3), (201, 119, 43), np.uint8)
    palette, [indices] = reduce_colours([frame])
    assert np.array_equal(palette[indices], frame)


def test_a_small_bright_thing_keeps_its_colour_on_a_busy_ground() -> None:
    ground = GENERATOR.normal((60, 70, 120), 25, (128, 128, 3)).clip(0, 255).astype(np.uint8)
    ground[60:64, 60:64] = (255, 220, 0)
    palette, [indices] = reduce_colours([ground])
    star = palette[indices][60:64, 60:64].astype(int)
    assert np.abs(star - (255, 220, 0)).max() <= 6


def test_frames_share_the_palette_so_that_what_stands_still_does_not_flicker() -> None:
    still = GENERATOR.integers(0, 256, (64, 32, 3), np.uint8)
    frames = [
        np.concatenate([still, np.full((64, 32, 3), level, np.uint8)], axis=1)
        for level in (0, 90, 250)
    ]
    palette, indices = reduce_colours(frames)
    first, *others = [palette[index][:, :32] for index in indices]
    assert all(np.array_equal(first, other) for other in others)


@pytest.mark.parametrize("noise", [0, 10])
def test_smooth_colours_stay_close(noise: int) -> None:
    y, x = np.mgrid[0:128, 0:128] / 128
    clean = np.stack([x, y, (x + y) / 2], axis=-1) * 255
    frame = (clean + GENERATOR.normal(0, noise, clean.shape)).clip(0, 255).astype(np.uint8)
    palette, [indices] = reduce_colours([frame])
    error = ((palette[indices].astype(float) - frame) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > 29  # decibels
