"""The sound that goes with an animation: any file's, decoded a little at a time."""

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Self

import numpy as np

from engine.media import RATE, Samples
from engine.media.facts import SoundFacts
from engine.media.inspection import inspect_file, named, used_as
from engine.media.limits import CEILING
from engine.media.sandbox.messages import NextSamples, PlaySound
from engine.media.sandbox.process import DecodingProcess, unreadable

_AT_ONCE = 10 * RATE


class Sound:
    """A file's first sound stream; silence after its end.

    It is read from `begin` on, in seconds since the file's beginning. MediaError if the file has no
    sound or can't be decoded.
    """

    def __init__(self, path: Path, begin: float = 0.0) -> None:
        self._name = path.name
        with ExitStack() as stack:
            self._process = stack.enter_context(DecodingProcess())
            with named(self._name):
                self._process.open(path, PlaySound(begin=begin))
            self._files = stack.pop_all()

    def read(self, count: int) -> Samples:
        """The next `count` samples."""
        sizes = [min(_AT_ONCE, count - start) for start in range(0, count, _AT_ONCE)]
        return np.concatenate([self._read(size) for size in sizes or [0]], axis=1)

    def _read(self, count: int) -> Samples:
        size = 2 * count * np.dtype(np.float32).itemsize
        with named(self._name):
            _, content = self._process.ask(NextSamples(count=count), size)
            if len(content) != size:
                raise unreadable()
        return np.frombuffer(content, np.float32).reshape(2, count)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()


def sound_seconds(path: Path) -> Fraction:
    """How long a file's sound is, exact to the sample, counted from the file's beginning.

    MediaError if the file has no sound or can't be decoded.
    """
    facts: SoundFacts = used_as(inspect_file(path, CEILING), "audio", path.name)
    return facts.seconds
