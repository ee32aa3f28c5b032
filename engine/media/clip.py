"""A clip's frames, decoded one after the other: a film, an animated GIF or an animated WebP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from engine.errors import MediaError
from engine.media.containers import beginning, can_decode, decoded, open_media
from engine.media.images import LARGEST, check_size, opaque
from engine.media.webp import decoded_frames, is_webp

_ROUNDING = 0.002
_GIF_ROUNDING = 0.01


class ClipFrame(NamedTuple):
    """A frame, in seconds since its file's beginning; `image` makes its pixels: upright, RGB."""

    time: float
    image: Callable[[], Image.Image]


class Clip(NamedTuple):
    """The frames in the order they are seen, two of them in memory at most.

    Their times are off by up to `rounding` seconds: containers round them, many to milliseconds.
    """

    frames: Iterator[ClipFrame]
    rounding: float


@contextmanager
def open_clip(path: Path) -> Iterator[Clip]:
    """A clip, opened for decoding. MediaError if it can't be read, now or later, or is no clip."""
    if is_webp(path):
        yield Clip((_pillow_frame(*frame) for frame in decoded_frames(path)), _ROUNDING)
        return
    with open_media(path) as container:
        stream = picture_stream(container, path.name)
        stream.thread_type = "AUTO"
        stream.codec_context.options = {"max_pixels": str(LARGEST)}  # their size can change
        rounding = _GIF_ROUNDING if container.format.name == "gif" else _ROUNDING
        yield Clip(_frames(container, stream), rounding)


def beginning_of_frame(path: Path, number: int) -> float:
    """When a frame comes on, in seconds since its file's beginning; the last one's if it has less.

    What `Sound` has to begin at to go with pictures that begin at this frame.
    """
    time = 0.0
    with open_clip(path) as clip:
        for frame in islice(clip.frames, number + 1):
            time = frame.time
    return time


def picture_stream(container: InputContainer, name: str) -> VideoStream:
    """The moving pictures of a container, not a song's cover. MediaError if it has none."""
    for stream in container.streams.video:
        if can_decode(stream) and not stream.disposition & Disposition.attached_pic:
            check_size(stream.width, stream.height, name)
            return stream
    raise MediaError(f"{name} has no pictures that can be read")


def rate_of(stream: VideoStream) -> Fraction:
    """Frames a second as the container states them, or FFmpeg guesses them."""
    return stream.guessed_rate or stream.average_rate or Fraction(25)


def has_no_times(container: InputContainer) -> bool:
    """Whether frames have a rate and no times of their own: those FFmpeg makes up may be wrong.

    In AVI it mistakes the order in which H.264 stores frames for the one in which they are seen.
    """
    return container.format.name == "avi"


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[ClipFrame]:
    begin, rate = float(beginning(container)), rate_of(stream)
    counted = has_no_times(container)
    for number, frame in enumerate(decoded(container, stream)):
        time = float(number / rate) if counted or frame.time is None else frame.time - begin
        yield ClipFrame(time, _upright(frame))


def _upright(frame: av.VideoFrame) -> Callable[[], Image.Image]:
    clear = any(component.is_alpha for component in frame.format.components)

    def image() -> Image.Image:
        pixels = frame.to_ndarray(format="rgba" if clear else "rgb24")
        upright = np.rot90(pixels, frame.rotation // 90)  # phones note the turn beside the picture
        return opaque(Image.fromarray(np.ascontiguousarray(upright)))

    return image


def _pillow_frame(time: float, image: Image.Image) -> ClipFrame:
    return ClipFrame(time, lambda: opaque(image))
