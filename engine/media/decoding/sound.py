"""Any file's sound, decoded a little at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain, groupby
from typing import NamedTuple

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer

from engine.errors import MediaError, MediaFault
from engine.media import LAYOUT, RATE, Samples
from engine.media.decoding.containers import (
    beginning,
    can_decode,
    decoded,
    default_first,
    open_media,
)
from engine.media.decoding.faults import too_long
from engine.media.decoding.source import Source

_SHORTEST_PAUSE = Fraction(1, 50)
"""Seconds: less is the rounding of timestamps."""

_LEAST_RATE, _MOST_RATE = 1_000, 768_000


@contextmanager
def open_sound(source: Source, begin: float) -> Iterator["Reader"]:
    """A file's first sound, from the second `begin` on.

    MediaError if it has none or can't be decoded, now or later.
    """
    with open_media(source) as container:
        reader = Reader(_decode(container, sound_stream(container)))
        reader.skip(round(begin * RATE))
        yield reader


class Reader:
    """A sound in pieces of any size; silence after its end."""

    def __init__(self, chunks: Iterator[Samples]) -> None:
        self._chunks = chunks
        self._rest: Samples = np.zeros((2, 0), np.float32)

    def read(self, count: int) -> Samples:
        """The next `count` samples."""
        parts, missing = [self._rest], count - self._rest.shape[1]
        while missing > 0:
            parts.append(next(self._chunks, np.zeros((2, missing), np.float32)))
            missing -= parts[-1].shape[1]
        joined = np.concatenate(parts, axis=1)
        self._rest = joined[:, count:]
        return joined[:, :count]

    def skip(self, count: int) -> None:
        """Leave out the next `count` samples."""
        for start in range(0, count, RATE):
            self.read(min(RATE, count - start))


def sound_seconds(container: InputContainer, stream: AudioStream, most: float) -> Fraction:
    """How long a sound is, exact to the sample, counted from the file's beginning.

    MediaError if it is longer than `most` seconds.
    """
    begin, seconds = beginning(container), Fraction(0)
    known: set[_Kind] = set()
    for frame in decoded(container, stream):
        if (kind := _kind(frame)) not in known:
            _resampled(_resampler(kind), frame, kind)  # whether that can be done
            known.add(kind)
        seconds += _pause(frame, begin, seconds) + Fraction(frame.samples, frame.sample_rate)
        if seconds > most:
            raise too_long("sound", most)
    return seconds


def sound_stream(container: InputContainer) -> AudioStream:
    """The sound of a container that players choose. MediaError if it has none."""
    for stream in filter(can_decode, default_first(container.streams.audio)):
        stream.codec_context.thread_count = 1  # in confinement no other can be started
        return stream
    if container.streams.audio:
        raise MediaError(
            "its sound is in a form that can't be read here; send it as MP3", MediaFault.NO_SOUND
        )
    raise MediaError("it has no sound", MediaFault.NO_SOUND)


def _decode(container: InputContainer, stream: AudioStream) -> Iterator[Samples]:
    """The sound in small pieces, each at its time: where there's none, there is silence."""
    begin, count = beginning(container), 0
    for kind, alike in groupby(decoded(container, stream), _kind):
        resampler = _resampler(kind)
        for frame in chain(alike, [None]):
            pause = 0
            if frame:
                pause = round(_pause(frame, begin, Fraction(count, RATE)) * RATE)
                yield from _silence(pause)
            pieces = [_samples(piece) for piece in _resampled(resampler, frame, kind)]
            yield from pieces
            count += pause + sum(piece.shape[1] for piece in pieces)


def _resampler(kind: "_Kind") -> av.AudioResampler:
    """What turns such frames into the samples asked for. MediaError where no machine plays them."""
    if not _LEAST_RATE <= kind.rate <= _MOST_RATE:
        raise MediaError(
            f"its sound has {kind.rate} samples a second; "
            f"send it with {_LEAST_RATE} to {_MOST_RATE}",
            MediaFault.TOO_LARGE,
        )
    return av.AudioResampler(format="fltp", layout=LAYOUT, rate=RATE)


def _resampled(
    resampler: av.AudioResampler, frame: av.AudioFrame | None, kind: "_Kind"
) -> list[av.AudioFrame]:
    try:
        return resampler.resample(frame)
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise MediaError(
            f"its sound has {kind.channels} channels in an order that nobody knows; "
            "send it in stereo",
            MediaFault.WRONG_TYPE,
        ) from error


class _Kind(NamedTuple):
    """What can change from one frame to the next, in broadcasts for example."""

    rate: int
    channels: int
    layout: str
    format: str


def _kind(frame: av.AudioFrame) -> _Kind:
    layout = frame.layout
    return _Kind(frame.sample_rate, layout.nb_channels, layout.name, frame.format.name)


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
