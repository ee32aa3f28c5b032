"""The sound that goes with an animation: any file's, decoded a little at a time."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import av
import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.render.containers import media_errors, open_media

RATE = 48_000
"""Samples a second; other rates are converted."""
LAYOUT = "stereo"

Samples = NDArray[np.float32]
"""2 channels × samples, −1 … 1."""


class Sound:
    """A file's first sound stream from the file's beginning on; silence after its end.

    MediaError if the file has no sound or can't be decoded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rest: Samples = np.zeros((2, 0), np.float32)
        with ExitStack() as stack:
            container = stack.enter_context(open_media(path))
            if not container.streams.audio:
                raise MediaError(f"{path.name} has no sound")
            self._chunks = _decode(container)
            self._files = stack.pop_all()

    def read(self, count: int) -> Samples:
        """The next `count` samples."""
        parts = [self._rest]
        while (missing := count - sum(part.shape[1] for part in parts)) > 0:
            with media_errors(self._path):
                parts.append(next(self._chunks, np.zeros((2, missing), np.float32)))
        joined = np.concatenate(parts, axis=1)
        self._rest = joined[:, count:]
        return joined[:, :count]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()


def _decode(container: av.container.InputContainer) -> Iterator[Samples]:
    """The sound in small pieces, after as much silence as it begins later than its file."""
    resampler = av.AudioResampler(format="fltp", layout=LAYOUT, rate=RATE)
    # Below 0 lies only what an encoder needed to get going.
    begin = max(0, container.start_time or 0) / av.time_base
    for place, frame in enumerate(container.decode(audio=0)):
        if place == 0 and frame.time is not None:
            yield np.zeros((2, max(0, round((frame.time - begin) * RATE))), np.float32)
        yield from map(_samples, resampler.resample(frame))
    yield from map(_samples, resampler.resample(None))


def _samples(frame: av.AudioFrame) -> Samples:
    return frame.to_ndarray().astype(np.float32, copy=False)
