import numpy as np
import pytest
from skimage.color import lab2rgb, rgb2lab
from skimage.exposure import match_histograms

from engine.media import Picture
from engine.render.color import ColorReference

GENERATOR = np.random.default_rng(5)


def scene(seed: int, tint: tuple[float, float, float] = (0, 0, 0), size: int = 96) -> Picture:
    """A smooth ground with grain, and a disc of another colour."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] / size
    picture = np.stack([60 + 120 * x, 160 - 80 * y, 90 + 60 * x * y], axis=-1)
    cx, cy = generator.uniform(0.3, 0.7, 2)
    picture[(x - cx) ** 2 + (y - cy) ** 2 < 0.04] = (200, 90, 60)
    picture += generator.normal(0, 8, picture.shape) + np.array(tint)
    return np.rint(picture).clip(0, 255).astype(np.uint8)


def difference(a: Picture, b: Picture) -> np.ndarray:
    return np.abs(a.astype(int) - b.astype(int))


def mean_lab(picture: Picture) -> np.ndarray:
    return rgb2lab(picture).reshape(-1, 3).mean(axis=0)


@pytest.mark.holds("color_match")
@pytest.mark.parametrize("tint", [(0, 0, 0), (30, -20, 10), (-40, -40, -40)], ids=str)
def test_agrees_with_scikit_images_histogram_matching_in_lab(
    tint: tuple[float, float, float],
) -> None:
    reference, picture = scene(1), scene(2, tint)
    matched = match_histograms(rgb2lab(picture), rgb2lab(reference), channel_axis=-1)
    independent = np.rint(lab2rgb(matched) * 255).clip(0, 255).astype(np.uint8)
    assert difference(ColorReference.of(reference).match(picture), independent).mean() < 0.5


@pytest.mark.parametrize(
    "picture",
    [
        scene(1),
        GENERATOR.integers(0, 256, (64, 64, 3), np.uint8),
        np.full((16, 16, 3), (0, 0, 255), np.uint8),
        np.array([[(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0)]], np.uint8),
    ],
    ids=["scene", "every colour", "blue", "black white red green"],
)
def test_a_picture_matched_to_itself_stays(picture: Picture) -> None:
    assert difference(ColorReference.of(picture).match(picture), picture).max() <= 1


def test_a_tint_is_removed() -> None:
    reference, tinted = scene(1), scene(1, tint=(40, -25, 15))
    matched = ColorReference.of(reference).match(tinted)
    assert np.abs(mean_lab(tinted) - mean_lab(reference)).max() > 10
    assert np.abs(mean_lab(matched) - mean_lab(reference)).max() < 0.5
    assert difference(matched, reference).mean() < difference(tinted, reference).mean() / 3


def test_matching_twice_is_matching_once() -> None:
    reference = ColorReference.of(scene(1))
    once = reference.match(scene(3, tint=(20, 20, -30)))
    assert difference(reference.match(once), once).mean() < 0.5


def test_shape_and_type_stay_and_sizes_may_differ() -> None:
    matched = ColorReference.of(scene(1, size=40)).match(scene(2, size=96))
    assert matched.shape == (96, 96, 3)
    assert matched.dtype == np.uint8


@pytest.mark.holds("color_match")
def test_sixty_frames_that_each_shift_the_colours_do_not_drift() -> None:
    first = picture = scene(1)
    reference = ColorReference.of(first)
    for _ in range(60):  # a model's drift: a little warmer and brighter every time
        drifted = picture * np.array([1.02, 1.0, 0.98]) + 1
        picture = reference.match(np.rint(drifted).clip(0, 255).astype(np.uint8))
    assert np.abs(mean_lab(picture) - mean_lab(first)).max() < 1


def test_a_plain_picture_takes_the_middle_of_the_references_colours() -> None:
    reference = np.zeros((30, 30, 3), np.uint8)
    reference[5:] = 128
    reference[25:] = 255
    matched = ColorReference.of(reference).match(np.full((8, 8, 3), 60, np.uint8))
    assert difference(matched, np.full((8, 8, 3), 128, np.uint8)).max() <= 1


@pytest.mark.parametrize("level", [0, 128, 255])
def test_anything_matched_to_a_plain_picture_is_plain(level: int) -> None:
    plain = np.full((8, 8, 3), level, np.uint8)
    assert difference(ColorReference.of(plain).match(scene(1)), np.uint8(level)).max() <= 1
