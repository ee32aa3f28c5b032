"""Starting pictures: an image, or a part of a video's frames, fitted to the animation's size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from engine.media import Picture
from engine.media.inspection import named
from engine.media.sandbox.messages import FrameAt, ShowClip, ShowImage
from engine.media.sandbox.process import DecodingProcess, unreadable
from engine.request import Inputs
from engine.video_part import VideoPart

PictureAt = Callable[[int, float], Picture]
"""The starting picture of the animation's frame of a number and a time in seconds.

Neither goes back from one call to the next. MediaError where the file can't be read.
"""


@contextmanager
def open_pictures(
    inputs: Inputs, width: int, height: int, part: VideoPart
) -> Iterator[PictureAt | None]:
    """The starting pictures that the inputs hold: the video's `part` if there is one, or the image.

    None if there is neither. MediaError if the file can't be read, now or while it is decoded.
    """
    if inputs.video is not None:
        with DecodingProcess() as process:
            with named(inputs.video.name):
                process.open(inputs.video, ShowClip(width=width, height=height, part=part))
            yield _Clip(process, inputs.video.name, width, height).at
    elif inputs.image is not None:
        picture = read_image(inputs.image, width, height)
        yield lambda index, time: picture
    else:
        yield None


def read_image(path: Path, width: int, height: int) -> Picture:
    """An image file, turned upright, on white where it is transparent, filling width × height."""
    task = ShowImage(width=width, height=height)
    with DecodingProcess() as process, named(path.name):
        _, pixels = process.open(path, task, most=_bytes(width, height))
        return _picture(pixels, width, height)


class _Clip:
    """A clip's pictures as a decoding process hands them over, one kept for as long as it holds."""

    def __init__(self, process: DecodingProcess, name: str, width: int, height: int) -> None:
        self._process = process
        self._name = name
        self._size = width, height
        self._shown: Picture | None = None

    def at(self, index: int, time: float) -> Picture:
        """See PictureAt."""
        with named(self._name):
            _, pixels = self._process.ask(FrameAt(index=index, time=time), _bytes(*self._size))
            if pixels or self._shown is None:
                self._shown = _picture(pixels, *self._size)
        return self._shown


def _bytes(width: int, height: int) -> int:
    return 3 * width * height


def _picture(pixels: bytes, width: int, height: int) -> Picture:
    if len(pixels) != _bytes(width, height):
        raise unreadable()
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
