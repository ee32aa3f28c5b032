"""A clip's frames, decoded one after the other: a film, an animated GIF or an animated WebP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.sidedata.sidedata import Type
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from engine.errors import MediaError, MediaFault
from engine.media.decoding.containers import (
    beginning,
    can_decode,
    decoded,
    default_first,
    media_errors,
    open_media,
)
from engine.media.decoding.images import check_size, opaque
from engine.media.decoding.orientation import ROTATIONS, orientation_of, turned
from engine.media.decoding.source import Source
from engine.media.decoding.webp import decoded_frames, is_webp
from engine.media.limits import CEILING, MediaLimits

_ROUNDING = 0.002
_GIF_ROUNDING = 0.01
_TURNS = {90: 8, 180: 3, -180: 3, -90: 6}
"""Orientations by degrees counter-clockwise."""
_MATRIX = Type.DISPLAYMATRIX
_MOST_ASPECT = 8
"""Pixels more than so many times as wide as high, or as high as wide, are taken to be square."""


class ClipFrame(NamedTuple):
    """A frame, in seconds since its file's beginning; `image` makes its pixels: upright, RGB.

    `rotation` is how far they are turned for that, in degrees clockwise: 0, 90, 180 or 270.
    """

    time: float
    image: Callable[[], Image.Image]
    rotation: int = 0


class Clip(NamedTuple):
    """The frames in the order they are seen, two of them in memory at most.

    Their times are off by up to `rounding` seconds: containers round them, many to milliseconds.
    """

    frames: Iterator[ClipFrame]
    rounding: float


@contextmanager
def open_clip(source: Source) -> Iterator[Clip]:
    """A clip, opened for decoding. MediaError if it can't be read, now or later, or is no clip."""
    if is_webp(source):
        yield Clip((_pillow_frame(*frame) for frame in decoded_frames(source)), _ROUNDING)
        return
    with open_media(source) as container:
        stream = picture_stream(container, source.limits)
        stream.codec_context.thread_count = 1  # in confinement no other can be started
        stream.codec_context.options = {
            "max_pixels": str(CEILING.pixels)  # their size can change
        }
        rounding = _GIF_ROUNDING if is_gif(container) else _ROUNDING
        yield Clip(_frames(container, stream, source.limits), rounding)


def beginning_of_frame(source: Source, number: int) -> float:
    """When a frame comes on, in seconds since its file's beginning; the last one's if it has less.

    What a sound has to begin at to go with pictures that begin at this frame.
    """
    time = 0.0
    with open_clip(source) as clip:
        for frame in islice(clip.frames, number + 1):
            time = frame.time
    return time


def picture_stream(container: InputContainer, limits: MediaLimits) -> VideoStream:
    """The moving pictures of a container, not a song's cover. MediaError if it has none."""
    streams = list(filter(moves, default_first(container.streams.video)))
    for stream in filter(can_decode, streams):
        check_size(stream.width, stream.height, limits)
        return stream
    if streams:
        raise MediaError(
            "its moving pictures are in a form that can't be read here; send it as MP4 (H.264)",
            MediaFault.NO_PICTURE,
        )
    raise MediaError("it has no moving pictures", MediaFault.NO_PICTURE)


def moves(stream: VideoStream) -> bool:
    """Whether a stream's pictures move: a song's cover doesn't."""
    return not stream.disposition & Disposition.attached_pic


def rate_of(stream: VideoStream) -> Fraction:
    """Frames a second as the container states them, or FFmpeg guesses them."""
    return stream.guessed_rate or stream.average_rate or Fraction(25)


def has_no_times(container: InputContainer) -> bool:
    """Whether frames have a rate and no times of their own: those FFmpeg makes up may be wrong.

    In AVI it mistakes the order in which H.264 stores frames for the one in which they are seen.
    """
    return container.format.name == "avi"


def is_gif(container: InputContainer) -> bool:
    """Whether a container is a GIF, whose frames have delays and no times."""
    return container.format.name == "gif"


def gif_delay(stated: int | None) -> int:
    """For how many hundredths of a second browsers show a GIF's frame: none for just one."""
    return stated if stated and stated > 1 else 10


def _frames(
    container: InputContainer, stream: VideoStream, limits: MediaLimits
) -> Iterator[ClipFrame]:
    begin, rate, aspect = float(beginning(container)), rate_of(stream), _aspect(container, stream)
    counted, orientation, shown = has_no_times(container), None, 0
    for number, frame in enumerate(decoded(container, stream)):
        if is_gif(container):
            time, shown = shown / 100, shown + gif_delay(frame.duration)
        else:
            time = float(number / rate) if counted or frame.time is None else frame.time - begin
        # Asking a frame for its notes keeps it in memory for longer, so only the first one is.
        orientation = orientation or _orientation(frame)
        image = partial(_upright, frame, aspect, orientation, limits)
        yield ClipFrame(time, image, ROTATIONS.get(orientation, 0))


def _aspect(container: InputContainer, stream: VideoStream) -> Fraction:
    """How many times as wide as high a pixel is. Browsers take all of a GIF's to be square."""
    stated = stream.sample_aspect_ratio
    believed = stated and 1 / _MOST_ASPECT <= stated <= _MOST_ASPECT
    return stated if stated and believed and not is_gif(container) else Fraction(1)


def _orientation(frame: av.VideoFrame) -> int:
    try:
        notes: Any = frame.side_data
    except ValueError:  # PyAV doesn't know all kinds of them
        return _TURNS.get(frame.rotation, 1)
    return orientation_of(bytes(notes[_MATRIX])) if _MATRIX in notes else 1


def _upright(
    frame: av.VideoFrame, aspect: Fraction, orientation: int, limits: MediaLimits
) -> Image.Image:
    """A frame's picture of square pixels, turned as phones note it beside the picture."""
    width, height = max(1, round(frame.width * aspect)), frame.height
    check_size(width, height, limits)
    clear = any(component.is_alpha for component in frame.format.components)
    format_ = "rgba" if clear else "rgb24"
    with media_errors():
        pixels: Any = frame.to_ndarray(format=format_, width=width, height=height, threads=1)
    return opaque(Image.fromarray(np.ascontiguousarray(turned(pixels, orientation))))


def _pillow_frame(time: float, image: Image.Image) -> ClipFrame:
    return ClipFrame(time, lambda: opaque(image))
