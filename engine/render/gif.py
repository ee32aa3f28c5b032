"""Animated GIF: 256 colours, for where nothing else plays by itself."""

import math
import mmap
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np

from engine.render import Picture
from engine.render.palette import reduce_colours
from engine.render.videofile import VideoFile, open_container

CENTISECOND = Fraction(1, 100)
SHORTEST = 2
"""Centiseconds a frame: browsers take a shorter delay for a mistake and make it 10."""
SEGMENT = 12
"""Frames that share a palette.

One palette for a whole animation would need every frame before the first is written, and has too
few colours for one that changes much; a palette for each frame makes flicker what stands still.
"""


class GifEncoder:
    """Writes frames that loop for ever, a segment at a time.

    Delays are whole centiseconds. Each frame comes on at its exact time, rounded down: so that 12
    frames a second are 8, 8, 9 and the animation keeps its length. Above 50 frames a second some
    are left out.
    """

    def __init__(self, path: Path, fps: Fraction, width: int, height: int) -> None:
        self._path = path
        self._fps = fps
        self._count = 0
        self._shown = -SHORTEST
        self._waiting: list[tuple[int, Picture]] = []
        container = open_container(path, "gif", loop="0")
        stream = container.add_stream("gif", width=width, height=height, pix_fmt="pal8")
        self._file = VideoFile(container, stream, time_base=CENTISECOND)

    def add(self, picture: Picture) -> None:
        """Append a frame."""
        time = self._now()
        self._count += 1
        if time - self._shown >= SHORTEST:
            self._shown = time
            self._waiting.append((time, picture))
        if len(self._waiting) == SEGMENT:
            self._write_segment()

    def finish(self) -> None:
        """Write the last segment."""
        self._write_segment()
        self._file.finish()
        _set_last_delay(self._path, self._now() - self._shown)

    def _now(self) -> int:
        return math.floor(self._count / (self._fps * CENTISECOND))

    def _write_segment(self) -> None:
        if not self._waiting:
            return
        times, pictures = zip(*self._waiting, strict=True)
        self._waiting.clear()
        colours, indices = reduce_colours(pictures)
        palette = np.insert(colours, 0, 255, axis=1)  # opaque
        for time, index in zip(times, indices, strict=True):
            # PyAV's types leave out that this format takes a pair.
            frame = av.VideoFrame.from_ndarray((index, palette), format="pal8")  # type: ignore[arg-type]
            self._file.write(frame, time)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _set_last_delay(path: Path, delay: int) -> None:
    """Give the last frame its own delay: FFmpeg repeats the one before, as no frame follows.

    GIF89a, section 23: a graphic control extension is 21 F9 04, flags, and the delay in two bytes.
    """
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
        at = content.rfind(b"\x21\xf9\x04") + 4
        content[at : at + 2] = delay.to_bytes(2, "little")
