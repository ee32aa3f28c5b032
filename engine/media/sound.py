"""The sound that goes with an animation: any file's, decoded a little at a time."""

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from itertools import chain, groupby
from pathlib import Path
from typing import Self

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.containers import beginning, can_decode, decoded, media_errors, open_media

RATE = 48_000
"""Samples a second; other rates are converted."""
LAYOUT = "stereo"
_SHORTEST_PAUSE = Fraction(1, 50)
"""Seconds: less is the rounding of timestamps."""

Samples = NDArray[np.float32]
"""2 channels × samples, −1 … 1."""


class Sound:
    """A file's first sound stream; silence after its end.

    It is read from `begin` on, in seconds since the file's beginning. MediaError if the file has no
    sound or can't be decoded.
    """

    def __init__(self, path: Path, begin: float = 0.0) -> None:
        self._path = path
        self._rest: Samples = np.zeros((2, 0), np.float32)
        with ExitStack() as stack:
            container = stack.enter_context(open_media(path))
            self._chunks = _decode(container, sound_stream(container, path.name))
            self._files = stack.pop_all()
        self._skip(round(begin * RATE))

    def read(self, count: int) -> Samples:
        """The next `count` samples."""
        parts = [self._rest]
        while (missing := count - sum(part.shape[1] for part in parts)) > 0:
            with media_errors(self._path):
                parts.append(next(self._chunks, np.zeros((2, missing), np.float32)))
        joined = np.concatenate(parts, axis=1)
        self._rest = joined[:, count:]
        return joined[:, :count]

    def _skip(self, count: int) -> None:
        for start in range(0, count, RATE):
            self.read(min(RATE, count - start))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()


def sound_seconds(path: Path) -> Fraction:
    """How long a file's sound is, exact to the sample, counted from the file's beginning.

    MediaError if the file has no sound or can't be decoded.
    """
    with open_media(path) as container:
        stream = sound_stream(container, path.name)
        begin, seconds = beginning(container), Fraction(0)
        for frame in decoded(container, stream):
            seconds += _pause(frame, begin, seconds) + Fraction(frame.samples, frame.sample_rate)
    if not seconds:
        raise MediaError(f"{path.name} has no sound")
    return seconds


def sound_stream(container: InputContainer, name: str) -> AudioStream:
    """A container's first sound that can be decoded. MediaError if it has none."""
    for stream in container.streams.audio:
        if can_decode(stream):
            return stream
    raise MediaError(f"{name} has no sound")


def _decode(container: InputContainer, stream: AudioStream) -> Iterator[Samples]:
    """The sound in small pieces, each at its time: where there's none, there is silence."""
    begin, count = beginning(container), 0
    for _, alike in groupby(decoded(container, stream), _kind):
        resampler = av.AudioResampler(format="fltp", layout=LAYOUT, rate=RATE)
        for frame in chain(alike, [None]):
            pause = 0
            if frame:
                pause = round(_pause(frame, begin, Fraction(count, RATE)) * RATE)
                yield from _silence(pause)
            pieces = [_samples(piece) for piece in resampler.resample(frame)]
            yield from pieces
            count += pause + sum(piece.shape[1] for piece in pieces)


def _kind(frame: av.AudioFrame) -> tuple[str, str, int]:
    """What can change from one frame to the next, in broadcasts for example."""
    return frame.format.name, frame.layout.name, frame.sample_rate


def _pause(frame: av.AudioFrame, begin: Fraction, seconds: Fraction) -> Fraction:
    """Seconds of silence before a frame of a sound of which `seconds` have been heard so far.

    A sound can begin later than its file, and lack pieces that are damaged or were never recorded.
    """
    if frame.pts is None or not frame.time_base:
        return Fraction(0)
    late = frame.pts * frame.time_base - begin - seconds
    return late if late >= (_SHORTEST_PAUSE if seconds else 0) else Fraction(0)


def _silence(count: int) -> Iterator[Samples]:
    """Piece by piece, as a file can claim years of it."""
    for start in range(0, count, RATE):
        yield np.zeros((2, min(RATE, count - start)), np.float32)


def _samples(frame: av.AudioFrame) -> Samples:
    return frame.to_ndarray().astype(np.float32, copy=False)
