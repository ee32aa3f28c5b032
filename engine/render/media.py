"""Starting pictures: an image, or a video's frames, fitted to the animation's size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import MediaError
from engine.render import Picture
from engine.render.containers import open_media
from engine.request import Inputs

PictureAt = Callable[[float], Picture]
"""The starting picture of the frame at a time in seconds. Times never go back."""

LARGEST = 64_000_000
"""Pixels in a picture or video frame; larger ones are refused before they are decoded."""
IMAGE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
TIMESTAMP_ROUNDING = 0.002
"""Seconds: containers round their frames' times, some to milliseconds."""


@contextmanager
def open_pictures(inputs: Inputs, width: int, height: int) -> Iterator[PictureAt | None]:
    """The starting pictures that the inputs hold: the video's if there is one, else the image's.

    None if there is neither. MediaError if the file can't be read, now or while it is decoded.
    """
    if inputs.video is not None:
        with open_media(inputs.video) as container:
            yield _Clip(container, inputs.video.name, (width, height)).at
    elif inputs.image is not None:
        picture = read_image(inputs.image, width, height)
        yield lambda time: picture
    else:
        yield None


def read_image(path: Path, width: int, height: int) -> Picture:
    """An image file, turned upright, on white where it is transparent, filling width × height."""
    try:
        with Image.open(path, formats=IMAGE_FORMATS) as image:
            _check_size(image.width, image.height, path.name)
            return _fit(_opaque(ImageOps.exif_transpose(image)), (width, height))
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path.name} is no picture of a kind known here") from error
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises on damaged files
        raise MediaError(f"{path.name} can't be read: {error}") from error


class _Clip:
    """A video's frames in order, two of them in memory at most; the last one holds past the end."""

    def __init__(self, container: InputContainer, name: str, size: tuple[int, int]) -> None:
        if not container.streams.video:
            raise MediaError(f"{name} has no pictures")
        stream = container.streams.video[0]
        _check_size(stream.width, stream.height, name)
        stream.thread_type = "AUTO"
        self._frames = container.decode(stream)
        self._size = size
        first = next(self._frames, None)
        if first is None:
            raise MediaError(f"{name} has no pictures")
        self._start = first.time or 0.0
        self._shown = self._prepare(first)
        self._next = next(self._frames, None)

    def at(self, time: float) -> Picture:
        """The picture that is on `time` seconds after the first one came on."""
        due = self._start + time + TIMESTAMP_ROUNDING
        latest = None
        while self._next is not None and (self._next.time or 0.0) <= due:
            latest, self._next = self._next, next(self._frames, None)
        if latest is not None:
            self._shown = self._prepare(latest)
        return self._shown

    def _prepare(self, frame: av.VideoFrame) -> Picture:
        pixels = frame.to_ndarray(format="rgb24")
        upright = np.rot90(pixels, frame.rotation // 90)  # phones note the turn beside the picture
        return _fit(Image.fromarray(np.ascontiguousarray(upright)), self._size)


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > LARGEST:
        raise MediaError(f"{name} is too large: {width}×{height}; send at most {LARGEST:,} pixels")


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _fit(image: Image.Image, size: tuple[int, int]) -> Picture:
    """The image scaled to cover the size, what stands out cut off evenly on both sides."""
    return np.array(ImageOps.fit(image, size, Image.Resampling.LANCZOS))
