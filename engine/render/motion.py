"""A camera over the picture: zoom, turn and shift, as Deforum's 2D animations mean them.

Frame i's values move the picture of frame i−1 into the start of frame i, so one picture is moved
again and again. Whatever a single move loses, sixty lose sixty times. Two choices follow:

- Quintic splines. Lanczos keeps as much detail, but shifts what it draws by up to 0.015 pixels,
  and OpenCV's rounds positions to 1/32 pixel: a slow move ends a pixel off, or stands still. Linear
  and cubic ones blur.
- Rounding to 8 bits at random, up as often as the fraction says. Rounding to the nearest undoes any
  move that changes a pixel by less than half a level; truncating darkens.
"""

import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.groups.motion import Padding
from engine.media import Picture
from engine.plan import Move
from engine.render.splines import BORDERS, sampled

Matrix = NDArray[np.float64]
"""3×3, affine: takes a point (x, y, 1) of a picture to where it is in the moved one.

Points are in pixels, x to the right and y down; the middle of the first pixel is (0, 0).
"""

STRONGEST = 1e9
"""Magnification or shrinking past which a picture is one colour, and numbers run out."""


def matrix(move: Move, width: int, height: int) -> Matrix:
    """The move as a matrix, for pictures of width × height pixels.

    As in Deforum, the picture is shifted first, then turned and zoomed about the centre: by its
    middle, at 0.5, for any size.
    """
    turn = math.radians(move.angle)
    along, across = move.zoom * math.cos(turn), move.zoom * math.sin(turn)
    x = move.center_x * width - 0.5  # 0.5: the first pixel's middle is half a pixel from the edge
    y = move.center_y * height - 0.5
    # Up the screen y falls, so a counter-clockwise turn has its minus below (OpenCV's
    # getRotationMatrix2D is the same).
    turned = np.array(
        [
            [along, across, (1 - along) * x - across * y],
            [-across, along, across * x + (1 - along) * y],
            [0, 0, 1],
        ]
    )
    shifted = np.array([[1, 0, move.translation_x], [0, 1, move.translation_y], [0, 0, 1]])
    product: Matrix = turned @ shifted
    return product


def running(moves: Iterable[Move], width: int, height: int) -> Iterator[Matrix]:
    """After each of the moves in turn, all of them so far as one matrix; a lazy iterator.

    Where they come to more than a picture can be magnified or shrunk, it stays as it was.
    """

    def then(so_far: Matrix, step: Matrix) -> Matrix:
        product: Matrix = step @ so_far
        return product if 1 / STRONGEST < _magnification(product) < STRONGEST else so_far

    return accumulate((matrix(move, width, height) for move in moves), then)


def composed(moves: Sequence[Move], width: int, height: int) -> Matrix:
    """All the moves, the first one first, as one matrix. None at all leave a picture as it is."""
    total = np.eye(3)
    for total in running(moves, width, height):  # noqa: B007 - the last one counts
        pass
    return total


def inverse(total: Matrix) -> Matrix:
    """The moves taken back."""
    back: Matrix = np.linalg.inv(total).astype(np.float64)
    return back


def moved(picture: Picture, move: Move | Matrix, padding: Padding) -> Picture:
    """The picture after the move, in its own size; what comes in at the edges is the padding's.

    A move that changes nothing gives back the very same object. The result depends on nothing but
    the arguments.
    """
    height, width = picture.shape[:2]
    total = matrix(move, width, height) if isinstance(move, Move) else move
    if _is_still(total):
        return picture
    values = sampled(picture, inverse(total), padding)
    return _rounded(values, seed=zlib.crc32(picture.tobytes()))


def moved_once(picture: Picture, total: Matrix, padding: Padding) -> Picture:
    """As `moved`, many times faster and right to a few hundredths of a pixel.

    For pictures that aren't moved again and again.
    """
    if _is_still(total):
        return picture
    height, width = picture.shape[:2]
    result: Picture = cv2.warpAffine(
        picture,
        total[:2],
        (width, height),
        flags=cv2.INTER_LANCZOS4,
        borderMode=BORDERS[padding],
    )
    return result


def _is_still(total: Matrix) -> bool:
    return np.allclose(total, np.eye(3), rtol=0, atol=1e-9)


def _magnification(total: Matrix) -> float:
    return float(np.sqrt(abs(np.linalg.det(total[:2, :2]))))


def _rounded(values: NDArray[np.float32], seed: int) -> Picture:
    # The seed is the picture's own, so that no two moves in a row round alike.
    chance = np.random.default_rng(seed).random(values.shape, dtype=np.float32)
    rounded: Picture = np.floor(values + chance).clip(0, 255).astype(np.uint8)
    return rounded
