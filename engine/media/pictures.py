"""Starting pictures: an image, or a part of a video's frames, fitted to the animation's size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from engine.errors import MediaError
from engine.media import Picture
from engine.media.clip import Clip, ClipFrame, open_clip
from engine.media.facts import beyond_the_end
from engine.media.images import opaque, open_image
from engine.plan import VideoPart
from engine.request import Inputs

PictureAt = Callable[[int, float], Picture]
"""The starting picture of the animation's frame of a number and a time in seconds.

Neither goes back from one call to the next.
"""


@contextmanager
def open_pictures(
    inputs: Inputs, width: int, height: int, part: VideoPart
) -> Iterator[PictureAt | None]:
    """The starting pictures that the inputs hold: the video's `part` if there is one, or the image.

    None if there is neither. MediaError if the file can't be read, now or while it is decoded;
    InputError if the part begins after the video's end.
    """
    if inputs.video is not None:
        with open_clip(inputs.video) as clip:
            yield _Part(clip, part, (width, height), inputs.video.name).at
    elif inputs.image is not None:
        picture = read_image(inputs.image, width, height)
        yield lambda index, time: picture
    else:
        yield None


def read_image(path: Path, width: int, height: int) -> Picture:
    """An image file, turned upright, on white where it is transparent, filling width × height."""
    with open_image(path) as image:
        return _fit(opaque(ImageOps.exif_transpose(image)), (width, height))


class _Part:
    """A part of a clip, frame by frame; only frames that are shown are converted and fitted.

    The last one holds past the end.
    """

    def __init__(self, clip: Clip, part: VideoPart, size: tuple[int, int], name: str) -> None:
        numbered = enumerate(clip.frames)
        first = _skip_to(part.start, numbered, name)
        self._frames = takewhile(lambda entry: part.end is None or entry[0] <= part.end, numbered)
        self._part, self._size = part, size
        self._begin = first.time + clip.rounding
        self._shown = self._prepare(first)
        self._next = next(self._frames, None)

    def at(self, index: int, time: float) -> Picture:
        """The picture that belongs to the animation's frame `index`, `time` seconds after frame 0.

        Every n-th frame of the clip is counted, so that none is missed or seen twice; the clip's
        own speed goes by its frames' times.
        """
        latest = None
        while self._next is not None and self._is_due(*self._next, index, time):
            latest, self._next = self._next[1], next(self._frames, None)
        if latest is not None:
            self._shown = self._prepare(latest)
        return self._shown

    def _is_due(self, number: int, frame: ClipFrame, index: int, time: float) -> bool:
        if self._part.every_nth is None:
            return frame.time - self._begin <= time
        return number <= self._part.start + index * self._part.every_nth

    def _prepare(self, frame: ClipFrame) -> Picture:
        return _fit(frame.image(), self._size)


def _skip_to(start: int, numbered: Iterator[tuple[int, ClipFrame]], name: str) -> ClipFrame:
    """The frame of number `start`, the ones before it skipped without being converted."""
    last = -1
    for last, frame in numbered:
        if last == start:
            return frame
    if last < 0:
        raise MediaError(f"{name} has no pictures")
    raise beyond_the_end(start, last + 1)


def _fit(image: Image.Image, size: tuple[int, int]) -> Picture:
    """The image scaled to cover the size, what stands out cut off evenly on both sides."""
    return np.array(ImageOps.fit(image, size, Image.Resampling.LANCZOS))
