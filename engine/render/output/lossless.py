"""Frames kept as they are: FFV1 (RFC 9043), which every pixel comes back from."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import numpy as np

from engine.errors import RenderError
from engine.media import Picture
from engine.render.output.videofile import VideoFile, open_container, writing

_RATE = Fraction(25)  # of no meaning: only the frames' order is kept


class LosslessWriter:
    """Writes frames into a file, from which `lossless_frames` gives back the same."""

    def __init__(self, path: Path, width: int, height: int) -> None:
        container = open_container(path, "matroska")
        with writing():
            stream = container.add_stream(
                "ffv1", rate=_RATE, width=width, height=height, pix_fmt="bgr0"
            )
        stream.codec_context.options = {"slices": "4", "slicecrc": "1"}
        self._file = VideoFile(container, stream, time_base=1 / _RATE)
        self._count = 0

    def add(self, picture: Picture) -> None:
        """Append a frame. RenderError if it can't be written."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        self._file.write(frame.reformat(format="bgr0"), self._count)
        self._count += 1

    def finish(self) -> None:
        """Write what is left."""
        self._file.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def lossless_frames(path: Path) -> Iterator[Picture]:
    """The frames of a file that a LosslessWriter wrote. RenderError if it is damaged."""
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
    except (OSError, av.FFmpegError) as error:
        raise RenderError("a part of the animation can't be read back: it is damaged") from error
