"""Strips of frames, and how much one picture is like another."""

import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from engine.media import Picture

SIDE = 96
"""Pixels of a frame's longer side in a strip."""
SHOWN = 6
"""Frames of a row; of more, so many are picked evenly."""
GAP = 3
PALETTES = 256, 192, 128
"""Numbers of colours; a strip has the most with which it is no larger than LARGEST."""
LARGEST = 40_000
"""Bytes of a strip's file: fifty of them lie in the repository."""


def strip_row(frames: Sequence[Picture]) -> Picture:
    """SHOWN of the frames beside each other on white, each scaled to SIDE."""
    places = np.linspace(0, len(frames) - 1, min(len(frames), SHOWN)).round().astype(int)
    height, width = frames[0].shape[:2]
    scale = SIDE / max(height, width)
    size = round(width * scale), round(height * scale)
    gap = np.full((size[1], GAP, 3), 255, np.uint8)
    parts: list[Picture] = []
    for place in places:
        scaled = Image.fromarray(frames[place]).resize(size, Image.Resampling.LANCZOS)
        parts += [np.asarray(scaled), gap]
    return np.concatenate(parts[:-1], axis=1)


def stacked(rows: Sequence[Picture]) -> Picture:
    """A strip: rows one below the other on white."""
    width = max(row.shape[1] for row in rows)
    gap = np.full((GAP, width, 3), 255, np.uint8)
    parts: list[Picture] = []
    for row in rows:
        beside = ((0, 0), (0, width - row.shape[1]), (0, 0))
        parts += [np.pad(row, beside, constant_values=255), gap]
    return np.concatenate(parts[:-1])


def unstacked(strip: Picture, shapes: Sequence[tuple[int, ...]]) -> list[Picture]:
    """The rows of a strip, by their shapes; those that aren't there are cut short."""
    rows, top = [], 0
    for height, width, *_ in shapes:
        rows.append(strip[top : top + height, :width])
        top += height + GAP
    return rows


def as_png(picture: Picture) -> bytes:
    """A picture as a small PNG, its colours reduced to a palette (33 dB or better)."""
    for colours in PALETTES:
        file = io.BytesIO()
        reduced = Image.fromarray(picture).quantize(
            colours, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE
        )
        reduced.save(file, "png", optimize=True)
        if file.tell() <= LARGEST:
            break
    return file.getvalue()


def likeness(first: Picture, second: Picture) -> tuple[float, float]:
    """PSNR in dB and mean SSIM of two pictures; of different sizes they are not alike at all.

    Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, IEEE TIP 13(4), 2004.
    """
    if first.shape != second.shape:
        return 0.0, 0.0
    if np.array_equal(first, second):
        return math.inf, 1.0
    psnr = peak_signal_noise_ratio(first, second, data_range=255)
    return float(psnr), float(structural_similarity(first, second, channel_axis=2))
