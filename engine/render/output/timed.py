"""Files of pictures that each have their own duration: what GIF and WebP share."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Self

from engine.errors import RenderError
from engine.media import Picture


@dataclass(frozen=True)
class Clock:
    """When frames come on, in a file format's whole ticks.

    `ticks` is how many there are in a second; `shortest` is the fewest a picture may be shown.
    """

    ticks: int
    rounding: Callable[[Fraction], int]
    shortest: int = 1

    def at(self, frame: int, fps: Fraction) -> int:
        """The tick at which a frame comes on: its exact time, rounded once, so none drifts."""
        return self.rounding(frame * self.ticks / fps)


GIF_CLOCK = Clock(100, math.floor, shortest=2)
"""Browsers take a delay of less than 2 centiseconds for a mistake and make it 10."""
WEBP_CLOCK = Clock(1000, round)


class TimedFile(ABC):
    """Writes pictures one by one, each as soon as it is known how long it is shown.

    Only every `every`-th frame is written; where even those come faster than the format can show
    them, some more are left out. The animation keeps its length whatever is left out.
    """

    def __init__(self, path: Path, fps: Fraction, clock: Clock, every: int) -> None:
        self._fps = fps
        self._clock = clock
        self._every = every
        self._count = 0
        self._held: list[tuple[int, Picture]] = []
        """Pictures whose end isn't known, with the tick they come on at: two at the most."""
        with saving():
            self._file = path.open("wb")

    def add(self, picture: Picture) -> None:
        """Append a frame."""
        now = self._clock.at(self._count, self._fps)
        due = self._count % self._every == 0
        self._count += 1
        if due and (not self._held or now - self._held[-1][0] >= self._clock.shortest):
            self._held.append((now, picture))
            if len(self._held) > 2:
                self._write_oldest(self._held[1][0])

    def finish(self) -> None:
        """Write what is left and the file's end."""
        if not self._held:
            raise RenderError("there was no frame to write")
        end = self._clock.at(self._count, self._fps)
        if len(self._held) == 2 and end - self._held[-1][0] < self._clock.shortest:
            self._held.pop()
        if len(self._held) == 2:
            self._write_oldest(self._held[1][0])
        self._write_oldest(end)
        with saving():
            self.end()
            self._file.flush()

    def _write_oldest(self, end: int) -> None:
        start, picture = self._held.pop(0)
        with saving():
            self.write(picture, end - start)

    @abstractmethod
    def write(self, picture: Picture, ticks: int) -> None:
        """Append a picture that is shown for so many ticks."""

    @abstractmethod
    def end(self) -> None:
        """Write what the format has after its last picture."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # a finished one is flushed, an unfinished one thrown away
            self._file.close()


@contextmanager
def saving() -> Iterator[None]:
    """The system's errors inside become RenderError."""
    try:
        yield
    except OSError as error:
        raise RenderError(f"the animation can't be written: {error.strerror}") from error
