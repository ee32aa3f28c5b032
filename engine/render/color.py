"""Holding an animation's colours: pictures take on the first one's, by histograms in CIELAB."""

from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media import Picture

BINS = 4096
"""Levels a channel: OpenCV's 8-bit LAB has too few of them, and its colours are far off."""
LOWEST = np.array([0, -87, -108], np.float32)
HIGHEST = np.array([100, 99, 95], np.float32)
"""What sRGB reaches of lightness, green to red, and blue to yellow."""

HISTOGRAMS = (3, BINS)
"""The shape of a picture's histograms: pixels in each level of each channel."""

_CENTRES = LOWEST[:, None] + (HIGHEST - LOWEST)[:, None] * ((np.arange(BINS) + 0.5) / BINS)

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]


class ColorReference:
    """The colours of a picture, by its `histograms`, kept for matching others to it."""

    def __init__(self, histograms: Counts) -> None:
        self.histograms = histograms
        self._ranked = [_ranked(counts, channel) for channel, counts in enumerate(histograms)]

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """The colours of a picture, height × width × 3."""
        lab = _lab(picture)
        return cls(np.stack([_counts(_levels(lab[..., each], each)) for each in range(3)]))

    def match(self, picture: Picture) -> Picture:
        """The picture with the reference's histogram in each channel of CIELAB.

        As scikit-image's `match_histograms`, but a level's rank is the middle of its pixels' ranks
        rather than the last one's: a plain picture becomes the reference's median colour, not its
        brightest one. The reference itself stays as it is, but for rounding.
        """
        lab = _lab(picture)
        for channel, ranked in enumerate(self._ranked):
            levels = _levels(lab[..., channel], channel)
            values = np.interp(_ranks(_counts(levels)), *ranked)
            # Moved by as much as its level is, a value keeps what its level rounded away.
            lab[..., channel] += (values - _CENTRES[channel]).astype(np.float32)[levels]
        rgb = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
        matched: Picture = np.rint(rgb * 255).clip(0, 255).astype(np.uint8)
        return matched


def _lab(picture: Picture) -> NDArray[np.float32]:
    lab: NDArray[np.float32] = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return lab


def _levels(values: NDArray[np.float32], channel: int) -> NDArray[np.uint16]:
    """A channel's values as levels 0 … BINS − 1."""
    scaled = (values - LOWEST[channel]) * (BINS / (HIGHEST[channel] - LOWEST[channel]))
    levels: NDArray[np.uint16] = scaled.clip(0, BINS - 1).astype(np.uint16)
    return levels


def _counts(levels: NDArray[np.uint16]) -> Counts:
    """How many pixels there are of each level."""
    return np.bincount(levels.ravel(), minlength=BINS).astype(np.int32)


def _ranks(counts: Counts) -> Floats:
    """For each level, the share of pixels below it and half of its own."""
    ranks: Floats = (counts.cumsum() - counts / 2) / counts.sum()
    return ranks


def _ranked(counts: Counts, channel: int) -> tuple[Floats, Floats]:
    """The levels that occur in a channel: their ranks, and their values."""
    occur = counts > 0
    return _ranks(counts)[occur], _CENTRES[channel][occur]
