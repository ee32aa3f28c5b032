"""Pictures between their pixels: the quintic B-splines through them.

(Thévenaz, Blu, Unser: Interpolation revisited, IEEE TMI 19(7), 2000.) A spline is a sum of bumps,
one on each pixel, as high as makes it go through all pixels. A point is reached by six of them
along each side. Two that lie side by side are one linear interpolation between them, as bumps have
no negative parts (Sigg and Hadwiger, Fast third-order texture filtering, GPU Gems 2, chapter 20),
and OpenCV's linear interpolation is exact: nine of it do for 36 bumps.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.groups.motion import Padding
from engine.media import Picture

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BORDERS = {
    Padding.BORDER: cv2.BORDER_REPLICATE,  # aaa|abcd|ddd
    Padding.REFLECTION: cv2.BORDER_REFLECT,  # cba|abcd|dcb: mirrored at the edge, as torch does
    Padding.WRAP: cv2.BORDER_WRAP,  # bcd|abcd|abc
    Padding.ZEROS: cv2.BORDER_CONSTANT,  # black
}
PLACES = 4096
"""Places between two pixels that are told apart: 60 moves in a row are right to 1/100 of a pixel
even if each is rounded the same way."""
REACH = 16
"""Pixels that a bump's height depends on, on each side; what is further off changes no level."""
ROWS = 64
"""Rows at a time: what is computed for them stays in the processor's cache."""
_SAMPLES = np.array([1, 26, 66, 26, 1]) / 120
"""A bump's height at its own pixel and at its neighbours."""


def sampled(picture: Picture, back: Doubles, padding: Padding) -> Floats:
    """A picture's values where `back` (3×3, affine) takes each pixel; the padding's outside.

    Height × width × 3, as the picture has it.
    """
    height, width = picture.shape[:2]
    bumps, edge = _bumps(picture, padding)
    total = np.zeros(picture.shape, np.float32)
    x = np.arange(width)
    for top in range(0, height, ROWS):
        rows = total[top : top + ROWS]
        y = np.arange(top, top + len(rows))[:, None]
        across = _within(back[0, 0] * x + back[0, 1] * y + back[0, 2], width, padding) + edge
        down = _within(back[1, 0] * x + back[1, 1] * y + back[1, 2], height, padding) + edge
        _add(rows, bumps, across, down, BORDERS[padding])
    return total


def _add(total: Floats, bumps: Floats, across: Doubles, down: Doubles, border: int) -> None:
    """Add the bumps' sum at the points (across, down)."""
    rows = _pairs(down)
    for x_weight, x_place in _pairs(across):
        for y_weight, y_place in rows:
            values = cv2.remap(bumps, x_place, y_place, cv2.INTER_LINEAR, borderMode=border)
            cv2.accumulateProduct(values, cv2.merge([x_weight * y_weight] * 3), total)


def _bumps(picture: Picture, padding: Padding) -> tuple[Floats, int]:
    """The bumps' heights, and how many of them lie before the picture's first pixel."""
    border = BORDERS[padding]
    around = 2 * REACH
    surrounded = cv2.copyMakeBorder(picture, around, around, around, around, border)
    kernel = _to_bumps()
    bumps: Floats = cv2.sepFilter2D(surrounded, cv2.CV_32F, kernel, kernel)
    # Mirrored or repeated pictures have mirrored or repeated bumps: theirs end with the picture.
    cut = around if padding in (Padding.REFLECTION, Padding.WRAP) else REACH
    return np.ascontiguousarray(bumps[cut:-cut, cut:-cut]), around - cut


@cache
def _to_bumps() -> Floats:
    """The filter that undoes what taking samples of bumps does: its inverse in the spectrum."""
    period = 256
    samples = np.zeros(period)
    samples[[-2, -1, 0, 1, 2]] = _SAMPLES
    inverse = np.roll(np.fft.ifft(1 / np.fft.fft(samples)).real, REACH)[: 2 * REACH + 1]
    kernel: Floats = (inverse / inverse.sum()).astype(np.float32)
    return kernel


def _within(places: Doubles, size: int, padding: Padding) -> Doubles:
    """The same places nearer to the picture, however far off they are."""
    match padding:
        case Padding.WRAP:
            return np.mod(places, size)
        case Padding.REFLECTION:
            return np.mod(places, 2 * size)
    return places.clip(-REACH, size + REACH)


def _pairs(places: Doubles) -> list[tuple[Floats, Floats]]:
    """For three pairs of bumps along one side: their weights, and where to interpolate."""
    fixed = np.rint(places * PLACES).astype(np.int64)
    pixel, part = (fixed // PLACES).astype(np.float32), fixed % PLACES
    return [(weight[part], pixel + offset[part]) for weight, offset in _table()]


@cache
def _table() -> list[tuple[Floats, Floats]]:
    """What `_pairs` gives for a point at each of the places behind pixel 0."""
    part = np.arange(PLACES) / PLACES
    pairs = []
    for first in (-2, 0, 2):
        left, right = _bump(part - first), _bump(part - first - 1)
        weight = left + right
        pairs.append((weight.astype(np.float32), (first + right / weight).astype(np.float32)))
    return pairs


def _bump(at: Doubles) -> Doubles:
    """The quintic B-spline: sixth differences of max(x, 0)⁵ / 5!."""
    height = np.zeros_like(at)
    for place, sign in enumerate((1, -6, 15, -20, 15, -6)):
        height += sign / 120 * np.maximum(at + 3 - place, 0) ** 5
    return height
