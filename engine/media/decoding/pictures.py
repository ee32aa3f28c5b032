"""Starting pictures: an image, or a part of a video's frames, fitted to the animation's size."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile

import numpy as np
from PIL import Image, ImageOps

from engine.errors import MediaError, MediaFault
from engine.media import Picture
from engine.media.decoding.clip import Clip, ClipFrame, open_clip
from engine.media.decoding.images import opaque, open_image
from engine.media.decoding.source import Source
from engine.video_part import VideoPart

Size = tuple[int, int]
"""Width and height in pixels."""


def read_image(source: Source, size: Size) -> Picture:
    """An image, turned upright, on white where it is transparent, filling the size."""
    with open_image(source) as image:
        return _fit(opaque(ImageOps.exif_transpose(image)), size)


@contextmanager
def open_part(source: Source, part: VideoPart, size: Size) -> Iterator["Part"]:
    """A part of a clip. MediaError if it can't be read, now or while it is decoded."""
    with open_clip(source) as clip:
        yield Part(clip, part, size)


class Part:
    """A part of a clip, frame by frame; only frames that are shown are converted and fitted.

    The last one holds past the end.
    """

    def __init__(self, clip: Clip, part: VideoPart, size: Size) -> None:
        numbered = enumerate(clip.frames)
        first = _skip_to(part.start, numbered)
        self._frames = takewhile(lambda entry: part.end is None or entry[0] <= part.end, numbered)
        self._part, self._size = part, size
        self._begin = first.time + clip.rounding
        self._shown = self._prepare(first)
        self._next = next(self._frames, None)

    def at(self, index: int, time: float) -> Picture:
        """The picture that belongs to the animation's frame `index`, `time` seconds after frame 0.

        Neither goes back from one call to the next. Every n-th frame of the clip is counted, so
        that none is missed or seen twice; the clip's own speed goes by its frames' times.
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


def _skip_to(start: int, numbered: Iterator[tuple[int, ClipFrame]]) -> ClipFrame:
    """The frame of number `start`, the ones before it skipped without being converted."""
    last = -1
    for last, frame in numbered:
        if last == start:
            return frame
    if last < 0:
        raise MediaError("it has no moving pictures that can be read", MediaFault.NO_PICTURE)
    raise MediaError(
        f"only {last + 1} of its frames can be read, so there is no frame {start}",
        MediaFault.MALFORMED,
    )


def _fit(image: Image.Image, size: Size) -> Picture:
    """The image scaled to cover the size, what stands out cut off evenly on both sides."""
    return np.array(ImageOps.fit(image, size, Image.Resampling.LANCZOS))
