"""Animated WebP: all colours, for where a picture is wanted and a video can't be."""

from fractions import Fraction
from pathlib import Path
from typing import Self

import av

from engine.render import Picture
from engine.render.videofile import VideoFile, open_container

MILLISECOND = Fraction(1, 1000)
QUALITY = {"quality": "85", "compression_level": "4"}


class WebpEncoder:
    """Writes frames that loop for ever. Each comes on at its exact time, to the millisecond."""

    def __init__(self, path: Path, fps: Fraction, width: int, height: int) -> None:
        self._fps = fps
        self._count = 0
        container = open_container(path, "webp", loop="0")
        stream = container.add_stream(
            "libwebp", rate=fps, width=width, height=height, pix_fmt="bgra", options=QUALITY
        )
        self._file = VideoFile(container, stream, time_base=MILLISECOND)

    def add(self, picture: Picture) -> None:
        """Append a frame."""
        # libwebp converts RGB to its own colours better than FFmpeg does.
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="bgra")
        self._file.write(frame, round(self._count / (self._fps * MILLISECOND)))
        self._count += 1

    def finish(self) -> None:
        """Write the last frame."""
        self._file.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
