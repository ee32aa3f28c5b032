"""A palette for a run of frames, and the frames in it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.media import Picture

BITS = 5
"""Bits a channel of the cells that colours are counted in: 32,768 cells."""
ROUNDS = 4
"""Of k-means; later ones move colours by less than the eye sees."""

Floats = NDArray[np.float64]


def reduce_colours(
    frames: Sequence[Picture], number: int = 256
) -> tuple[NDArray[np.uint8], list[NDArray[np.uint8]]]:
    """A palette of `number` colours (number×3) for all frames, and each as indices into it (H×W).

    All pixels count, by cells of similar colour rather than one by one; each cell gets its nearest
    palette entry. There's no dithering: its dots would flicker from frame to frame.
    """
    cells = [_cells(frame) for frame in frames]
    occurring, colours, counts = _histogram(frames, cells)
    # A root, so that a small bright thing is not lost beside a large background.
    palette, nearest = _cluster(colours, np.sqrt(counts), number)
    entry = np.zeros(1 << 3 * BITS, np.uint8)
    entry[occurring] = nearest
    return palette, [entry[cell] for cell in cells]


def _cells(frame: Picture) -> NDArray[np.uint16]:
    """The number of each pixel's cell."""
    red, green, blue = np.moveaxis(frame.astype(np.uint16) >> 8 - BITS, -1, 0)
    cells: NDArray[np.uint16] = red << 2 * BITS | green << BITS | blue
    return cells


def _histogram(
    frames: Sequence[Picture], cells: Sequence[NDArray[np.uint16]]
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """The cells that occur: their numbers, their pixels' mean colours (N×3) and their counts."""
    counts = np.zeros(1 << 3 * BITS)
    sums = np.zeros((1 << 3 * BITS, 3))
    for frame, cell in zip(frames, cells, strict=True):
        flat, pixels = cell.ravel(), frame.reshape(-1, 3)
        counts += np.bincount(flat, minlength=counts.size)
        for channel in range(3):
            sums[:, channel] += np.bincount(flat, pixels[:, channel], counts.size)
    number = np.flatnonzero(counts)
    return number, sums[number] / counts[number, None], counts[number]


def _cluster(
    colours: Floats, weights: Floats, number: int
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Weighted k-means (Lloyd 1982): `number` centres and each colour's nearest one."""
    centres = _spread(colours, weights, number)
    for _ in range(ROUNDS):
        nearest = _nearest(colours, centres)
        total = np.bincount(nearest, weights, number)
        for channel in range(3):
            mean = np.bincount(nearest, weights * colours[:, channel], number)
            np.divide(mean, total, out=centres[:, channel], where=total > 0)
    palette = centres.round()
    return palette.astype(np.uint8), _nearest(colours, palette)


def _spread(colours: Floats, weights: Floats, number: int) -> Floats:
    """First centres: each is the colour that the ones before it serve worst, by weight."""
    centres = np.zeros((number, 3))
    error = np.full(len(colours), np.inf)
    choice = int(weights.argmax())
    for place in range(number):
        centres[place] = colours[choice]
        error = np.minimum(error, ((colours - centres[place]) ** 2).sum(axis=1))
        choice = int((error * weights).argmax())
    return centres


def _nearest(colours: Floats, centres: Floats) -> NDArray[np.intp]:
    # |colour|² is the same for all centres, and left out.
    nearest: NDArray[np.intp] = ((centres**2).sum(axis=1) - 2 * colours @ centres.T).argmin(axis=1)
    return nearest
