import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.groups.motion import Padding
from engine.media import Picture
from engine.plan import Move
from engine.render.motion import composed, matrix, moved, running

Point = tuple[float, float]

SIZES = [(128, 128), (192, 96), (88, 160)]
GROUND = 20
HALF = 0.5
"""A pixel's middle from its edge; also the largest error allowed, in pixels."""


def spot(at: Point, size: tuple[int, int]) -> Picture:
    """A soft spot at a point measured in pixels from the picture's upper left corner."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width] + HALF
    bump = np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / 18)
    level = np.rint(GROUND + 200 * bump).astype(np.uint8)
    return np.repeat(level[..., None], 3, axis=-1)


def place(picture: Picture) -> Point:
    """Where the spot is."""
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]] + HALF
    light = picture.mean(axis=-1) - GROUND
    light[light < 8] = 0  # rounding of the ground
    return float((light * x).sum() / light.sum()), float((light * y).sum() / light.sum())


def distance(a: Point, b: Point) -> float:
    return math.dist(a, b)


def expected(at: Point, move: Move, size: tuple[int, int]) -> Point:
    """Where Deforum's move takes a point: shifted, then turned and zoomed about the centre."""
    cx, cy = move.center_x * size[0], move.center_y * size[1]
    x, y = at[0] + move.translation_x - cx, at[1] + move.translation_y - cy
    turn = math.radians(move.angle)
    return (
        cx + move.zoom * (x * math.cos(turn) + y * math.sin(turn)),
        cy + move.zoom * (y * math.cos(turn) - x * math.sin(turn)),
    )


def texture(size: tuple[int, int] = (160, 160)) -> Picture:
    noise = np.random.default_rng(1).normal(0, 1, (size[1], size[0], 3))
    fine = cv2.GaussianBlur(noise, (0, 0), 1.2)
    return np.rint(115 + 35 * fine / fine.std()).clip(0, 255).astype(np.uint8)


def detail(picture: Picture) -> float:
    """The Laplacian's variance away from the edges."""
    grey = picture[40:-40, 40:-40].mean(axis=-1).astype(np.float32)
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


MOVES = {
    "zoom forward": Move(zoom=1.3),
    "zoom back": Move(zoom=0.8),
    "turn": Move(angle=25),
    "turn back": Move(angle=-25),
    "right": Move(translation_x=13.25),
    "down": Move(translation_y=9.75),
    "left and up": Move(translation_x=-7.5, translation_y=-6),
    "turn about a corner": Move(angle=12, center_x=0, center_y=0),
    "zoom about a point off the middle": Move(zoom=1.2, center_x=0.25, center_y=0.8),
    "all at once": Move(1.15, -17, 6, -5, 0.4, 0.7),
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_a_point_lands_where_geometry_says(move: Move, size: tuple[int, int]) -> None:
    start = (size[0] * 0.45, size[1] * 0.55)
    result = moved(spot(start, size), move, Padding.BORDER)
    assert result.shape == (size[1], size[0], 3)
    assert distance(place(result), expected(start, move, size)) < HALF


@pytest.mark.holds("zoom", "angle", "translation_x", "translation_y")
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_signs_and_directions(size: tuple[int, int]) -> None:
    width, height = size
    middle = (width / 2, height / 2)
    right_of_middle = (middle[0] + 20, middle[1])

    def after(start: Point, **values: float) -> Point:
        return place(moved(spot(start, size), Move(**values), Padding.BORDER))

    assert distance(after(middle, translation_x=10), (middle[0] + 10, middle[1])) < HALF
    assert distance(after(middle, translation_y=10), (middle[0], middle[1] + 10)) < HALF
    assert distance(after(right_of_middle, zoom=1.25), (middle[0] + 25, middle[1])) < HALF
    assert distance(after(right_of_middle, zoom=0.75), (middle[0] + 15, middle[1])) < HALF


@pytest.mark.holds("angle")
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_positive_angle_turns_counter_clockwise_on_the_screen(size: tuple[int, int]) -> None:
    middle = (size[0] / 2, size[1] / 2)
    start = spot((middle[0] + 25, middle[1]), size)  # three o'clock goes to twelve
    assert (
        distance(
            place(moved(start, Move(angle=90), Padding.BORDER)),
            (
                middle[0],
                middle[1] - 25,
            ),
        )
        < HALF
    )


@pytest.mark.holds("transform_center_x", "transform_center_y")
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("center", [(0.5, 0.5), (0.25, 0.75), (0.8, 0.3)], ids=str)
def test_the_centre_stays_where_it_is_off_square_too(center: Point, size: tuple[int, int]) -> None:
    at = (center[0] * size[0], center[1] * size[1])
    move = Move(zoom=1.4, angle=33, center_x=center[0], center_y=center[1])
    assert distance(place(moved(spot(at, size), move, Padding.REFLECTION)), at) < HALF


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_half_turn_about_the_middle_is_exactly_the_picture_upside_down(
    size: tuple[int, int],
) -> None:
    picture = texture(size)
    turned = moved(picture, Move(angle=180), Padding.BORDER)
    assert np.abs(turned.astype(int) - picture[::-1, ::-1]).max() <= 1


@pytest.mark.holds("zoom", "angle")
def test_agrees_with_opencvs_rotation_as_deforum_calls_it() -> None:
    move = Move(1.1, 14, 5, -3, 0.3, 0.6)
    middle_of_pixels = (0.3 * 200 - HALF, 0.6 * 120 - HALF)
    turned = cv2.getRotationMatrix2D(middle_of_pixels, 14, 1.1)
    reference = turned @ np.array([[1, 0, 5], [0, 1, -3], [0, 0, 1]])
    assert np.allclose(matrix(move, 200, 120)[:2], reference)


def test_a_still_move_gives_back_the_same_picture() -> None:
    picture = texture()
    assert moved(picture, Move(), Padding.BORDER) is picture
    assert moved(picture, Move(center_x=0.1, center_y=0.9), Padding.ZEROS) is picture
    assert moved(picture, Move(angle=360), Padding.WRAP) is picture
    assert moved(picture, composed([], 160, 160), Padding.WRAP) is picture


def test_the_same_move_of_the_same_picture_is_the_same_to_the_bit() -> None:
    move = Move(zoom=1.01, angle=0.3)
    first, second = (moved(texture(), move, Padding.BORDER) for _ in range(2))
    assert np.array_equal(first, second)


SLOW_MOVES = {
    "zoom and turn": Move(zoom=1.003, angle=0.1),
    "zoom alone": Move(zoom=1.002),
    "a hundredth of a pixel a frame": Move(translation_x=0.01, translation_y=-0.015),
    "a quarter of a pixel a frame": Move(translation_x=0.23, translation_y=0.1),
}


@pytest.mark.holds("zoom", "angle", "translation_x", "translation_y")
@pytest.mark.parametrize("move", SLOW_MOVES.values(), ids=SLOW_MOVES)
def test_sixty_slow_moves_end_within_half_a_pixel_of_the_truth(move: Move) -> None:
    size = (120, 96)
    start = (66.0, 50.0)
    picture, truth = spot(start, size), start
    for _ in range(60):
        picture = moved(picture, move, Padding.BORDER)
        truth = expected(truth, move, size)
    assert distance(place(picture), truth) < HALF


def test_sixty_moves_neither_darken_nor_blur() -> None:
    first = picture = texture()
    move = Move(zoom=1.002, angle=0.2)
    for _ in range(60):
        picture = moved(picture, move, Padding.REFLECTION)
    magnified_once = moved(first, composed([move] * 60, 160, 160), Padding.REFLECTION)
    assert picture.mean() == pytest.approx(magnified_once.mean(), rel=0.01)
    assert picture.mean() == pytest.approx(first.mean(), rel=0.01)
    assert detail(picture) > 0.85 * detail(magnified_once)


def test_a_plain_colour_stays_exactly_through_sixty_moves() -> None:
    first = picture = np.full((64, 80, 3), (7, 201, 255), np.uint8)
    for _ in range(60):
        picture = moved(picture, Move(zoom=0.99, angle=1), Padding.BORDER)
    assert np.array_equal(picture, first)


def columns(padding: Padding, shift: float) -> NDArray[np.uint8]:
    """Eight columns of known levels, moved to the right."""
    levels = np.array([10, 40, 70, 100, 130, 160, 190, 220], np.uint8)
    picture = np.ascontiguousarray(np.broadcast_to(levels[None, :, None], (8, 8, 3)))
    result: NDArray[np.uint8] = moved(picture, Move(translation_x=shift), padding)[4, :, 0]
    return result


@pytest.mark.holds("padding")
@pytest.mark.parametrize(
    ("padding", "incoming"),
    [
        (Padding.BORDER, [10, 10, 10]),
        (Padding.REFLECTION, [70, 40, 10]),
        (Padding.WRAP, [160, 190, 220]),
        (Padding.ZEROS, [0, 0, 0]),
    ],
)
def test_each_padding_fills_as_it_is_named(padding: Padding, incoming: list[int]) -> None:
    result = columns(padding, 3)
    assert np.abs(result.astype(int) - [*incoming, 10, 40, 70, 100, 130]).max() <= 1


@pytest.mark.parametrize("padding", list(Padding))
def test_a_picture_moved_far_away_is_nothing_but_padding(padding: Padding) -> None:
    result = columns(padding, 16)  # twice its width
    if padding in (Padding.WRAP, Padding.REFLECTION):
        assert np.abs(result.astype(int) - columns(padding, 0)).max() <= 1
    else:
        assert np.abs(result.astype(int) - (10 if padding is Padding.BORDER else 0)).max() <= 1


def test_several_moves_are_one_after_the_other_in_the_order_of_frames() -> None:
    size = (160, 128)
    moves = [Move(translation_x=20), Move(zoom=1.5), Move(angle=30), Move(translation_y=-8)]
    start = (70.0, 60.0)
    truth = start
    for move in moves:
        truth = expected(truth, move, size)
    result = moved(spot(start, size), composed(moves, *size), Padding.BORDER)
    assert distance(place(result), truth) < HALF
    other_way_round = moved(spot(start, size), composed(moves[::-1], *size), Padding.BORDER)
    assert distance(place(other_way_round), truth) > 5


def test_a_clips_frames_are_moved_by_all_moves_up_to_theirs() -> None:
    moves = [Move(translation_x=5), Move(zoom=1.1), Move(angle=5)]
    totals = list(running(moves, 64, 48))
    assert len(totals) == 3
    for count, total in enumerate(totals, 1):
        assert np.allclose(total, composed(moves[:count], 64, 48))


@pytest.mark.parametrize("zoom", [0.1, 10.0])
@pytest.mark.parametrize("padding", list(Padding))
def test_zooming_without_end_never_fails(zoom: float, padding: Padding) -> None:
    total = composed([Move(zoom=zoom, angle=1, translation_x=4000)] * 500, 32, 32)
    assert np.isfinite(total).all()
    assert moved(texture((32, 32)), total, padding).shape == (32, 32, 3)
