"""Edges and lines, judged by where a drawn shape's outline is known to be."""

import cv2
import numpy as np
import pytest

from engine.media import Picture
from engine.render.preprocessing.edges import canny, lineart, soft_edge

DETECTORS = pytest.mark.parametrize("detect", [canny, soft_edge, lineart])


def plain(colour: tuple[int, int, int] = (255, 255, 255), side: int = 96) -> Picture:
    return np.full((side, side, 3), colour, np.uint8)


def with_square(
    inside: tuple[int, int, int], around: tuple[int, int, int] = (255, 255, 255)
) -> Picture:
    """A square from pixel 30 to 69 in both directions."""
    picture = plain(around)
    picture[30:70, 30:70] = inside
    return picture


def distance_to_outline() -> np.ndarray:
    """How far every pixel's centre is from the square's outline."""
    inside = np.zeros((96, 96), np.uint8)
    inside[30:70, 30:70] = 1
    ways = (cv2.distanceTransform(mask, cv2.DIST_L2, 5) - 0.5 for mask in (inside, 1 - inside))
    return np.maximum(*ways)


def bright(lines: Picture) -> np.ndarray:
    return lines[..., 0] > 127


def test_canny_draws_a_squares_outline_within_a_pixel_and_nothing_else() -> None:
    lines = canny(with_square((0, 0, 0)))
    assert set(np.unique(lines)) == {0, 255}
    assert distance_to_outline()[bright(lines)].max() <= 1
    # 40 pixels a side: an outline one pixel wide has about 160 of them.
    assert 140 <= bright(lines).sum() <= 175


def test_canny_sees_edges_between_colours_of_one_brightness() -> None:
    red, green = (200, 0, 0), (0, 102, 0)
    grey = cv2.cvtColor(with_square(red, green), cv2.COLOR_RGB2GRAY)
    assert np.ptp(grey.astype(int)) <= 1
    assert bright(canny(with_square(red, green))).sum() > 140


def test_soft_edges_are_brightest_on_the_outline_and_fade_away_from_it() -> None:
    lines = soft_edge(with_square((0, 0, 0)))[..., 0].astype(int)
    away = [lines[50, 30 - distance] for distance in (0, 2, 4, 8)]
    assert away == sorted(away, reverse=True)
    assert away[0] > 200
    assert len(set(away)) >= 3
    assert lines[50, 50] == lines[5, 5] == 0


def test_soft_edges_of_a_clearer_step_are_stronger() -> None:
    faint, clear = (soft_edge(with_square((grey,) * 3)).max() for grey in (235, 150))
    assert 0 < faint < clear


def test_line_art_turns_a_dark_stroke_into_a_white_line_where_it_was() -> None:
    picture = plain()
    cv2.line(picture, (10, 48), (85, 48), (0, 0, 0), 1)
    lines = lineart(picture)
    assert bright(lines)[48, 15:80].all()
    rows = np.nonzero(bright(lines))[0]
    assert set(rows) <= {47, 48, 49}


def test_line_art_follows_a_filled_shapes_outline() -> None:
    lines = lineart(with_square((0, 0, 0)))
    assert bright(lines).any()
    assert distance_to_outline()[bright(lines)].max() <= 4


@DETECTORS
def test_a_picture_of_one_colour_has_no_lines(detect) -> None:
    for colour in ((255, 255, 255), (0, 0, 0), (40, 95, 230)):
        assert not detect(plain(colour)).any()


@DETECTORS
def test_lines_come_in_the_pictures_own_size_grey_and_the_same_every_time(detect) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 72, 3), dtype=np.uint8)
    lines = detect(picture)
    assert lines.shape == picture.shape
    assert lines.dtype == np.uint8
    assert (lines[..., 0] == lines[..., 1]).all()
    assert (lines[..., 0] == lines[..., 2]).all()
    assert (detect(picture) == lines).all()


@DETECTORS
def test_what_one_part_shows_does_not_change_another_parts_lines(detect) -> None:
    """Or lines would flicker whenever something else came into view."""
    alone = np.concatenate([with_square((90, 90, 90)), plain()], axis=1)
    beside = np.concatenate([with_square((90, 90, 90)), with_square((0, 0, 0))], axis=1)
    assert (detect(alone)[:, :96] == detect(beside)[:, :96]).all()
