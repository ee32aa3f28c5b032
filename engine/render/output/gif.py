"""Animated GIF: 256 colours, for where nothing else plays by itself.

The container is written here (GIF89a, w3.org/Graphics/GIF/spec-gif89a.txt), as FFmpeg's knows no
exact delay of the last frame and leaves nothing out under a changed palette.
"""

import struct
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.media import Picture
from engine.render.output.palette import reduce_colours
from engine.render.output.timed import GIF_CLOCK, TimedFile

SEGMENT = 12
"""Frames that share a palette.

One palette for a whole animation would need every frame before the first is written, and has too
few colours for one that changes much; a palette for each frame makes flicker what stands still.
"""
COLOURS = 255
"""The 256th entry of a palette stands for what stays as it is."""
EIGHT_BITS = 0x70
FOR_EVER = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
LEAVE_IN_PLACE, TRANSPARENT, LOCAL_TABLE = 1 << 2, 1, 1 << 7
MOST = 0.5
"""Where more than this part of a picture changes, holes for the rest make it no smaller."""

STILL_HEADER = 13 + 3 * 256 + 10
"""Bytes of a grey GIF before its compressed picture: screen, table of colours, place."""

Indices = NDArray[np.uint8]


class GifEncoder(TimedFile):
    """Writes frames that loop for ever, a segment at a time.

    Delays are whole centiseconds. Each frame comes on at its exact time, rounded down: so that 12
    frames a second are 8, 8, 9 and the animation keeps its length. Above 50 frames a second some
    are left out. What doesn't change from one frame to the next is not written again; nor is what
    changes by `tolerance` of 255 in each channel at most, which makes pictures that hardly move
    smaller. `colours` is one less than a power of two.
    """

    def __init__(
        self,
        path: Path,
        fps: Fraction,
        width: int,
        height: int,
        *,
        colours: int = COLOURS,
        tolerance: int = 0,
        every: int = 1,
    ) -> None:
        super().__init__(path, fps, GIF_CLOCK, every)
        self._colours = colours
        self._tolerance = tolerance
        self._segment: list[tuple[int, Picture]] = []
        self._shown = np.zeros((0, 0, 3), np.uint8)
        self._file.write(b"GIF89a" + struct.pack("<HHBBB", width, height, EIGHT_BITS, 0, 0))
        self._file.write(FOR_EVER)

    def write(self, picture: Picture, ticks: int) -> None:
        """Append a picture that is shown for so many centiseconds."""
        self._segment.append((ticks, picture))
        if len(self._segment) == SEGMENT:
            self._write_segment()

    def end(self) -> None:
        """Write the last segment."""
        self._write_segment()
        self._file.write(b";")

    def _write_segment(self) -> None:
        if not self._segment:
            return
        ticks, pictures = zip(*self._segment, strict=True)
        self._segment.clear()
        palette, frames = reduce_colours(pictures, self._colours)
        for delay, indices in zip(ticks, frames, strict=True):
            self._write_frame(palette, indices, delay)

    def _write_frame(self, palette: Picture, indices: Indices, delay: int) -> None:
        """Write the rectangle that changes, transparent where it doesn't."""
        picture = palette[indices]
        top, left, changed = 0, 0, indices
        change = self._changed(picture)
        if change.mean() > MOST:
            self._shown = picture
        else:
            self._shown[change] = picture[change]
            top, bottom = _extent(change, across=1)
            left, right = _extent(change, across=0)
            left_alone = np.uint8(self._colours)
            changed = np.where(change, indices, left_alone)[top:bottom, left:right]
        control = struct.pack("<BHB", LEAVE_IN_PLACE | TRANSPARENT, delay, self._colours)
        height, width = changed.shape
        depth = self._colours.bit_length()  # one more entry than colours: a power of two
        place = struct.pack("<HHHHB", left, top, width, height, LOCAL_TABLE | depth - 1)
        table = palette.tobytes() + bytes(3)
        self._file.write(b"!\xf9\x04" + control + b"\0," + place + table + _compressed(changed))

    def _changed(self, picture: Picture) -> NDArray[np.bool_]:
        if not self._shown.size:
            return np.ones(picture.shape[:2], bool)
        difference = np.maximum(picture, self._shown) - np.minimum(picture, self._shown)
        changed: NDArray[np.bool_] = difference.max(axis=-1) > self._tolerance
        return changed


def _extent(change: NDArray[np.bool_], across: int) -> tuple[int, int]:
    """The first row or column with a change, and the one behind the last; 0 and 1 if none has."""
    places = np.flatnonzero(change.any(axis=across))
    return (int(places[0]), int(places[-1]) + 1) if places.size else (0, 1)


def _compressed(indices: Indices) -> bytes:
    """The indices in LZW, as Pillow writes them into a GIF of one grey picture."""
    still = BytesIO()
    Image.fromarray(np.ascontiguousarray(indices)).save(still, "GIF", interlace=0, optimize=False)
    return still.getvalue()[STILL_HEADER:-1]
