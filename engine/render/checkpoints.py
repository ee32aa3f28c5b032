"""What a render has finished so far, kept on the disk so that a killed one goes on from there.

A render is kept in segments of some seconds of work. A segment is a file with its frames and one
with what the next frame needs of them. Both are written under other names, flushed, and renamed,
the frames' file last: a segment is there as a whole or not at all.
"""

import os
import re
import shutil
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

from engine.media import Picture
from engine.render.output.lossless import LosslessWriter, lossless_frames

_NAME = re.compile(r"(\d+)-(\d+)\.mkv")
_RENDER = "render"
_SECONDS = struct.Struct("<d")


class Segment(NamedTuple):
    """Frames `begin` to `end`, without the last of them, in a file."""

    begin: int
    end: int
    file: Path

    @property
    def state(self) -> Path:
        """The file with the seconds that its frames took, and what the frame `end` needs."""
        return self.file.with_suffix(".state")


class Checkpoints:
    """The finished segments of one render in a folder of its own.

    `render` tells it from others: what the folder holds of another one is thrown away.
    """

    def __init__(self, folder: Path, render: str) -> None:
        self._folder = folder
        if not _belongs(folder, render):
            self.remove()
            folder.mkdir(parents=True)
            (folder / _RENDER).write_text(render)

    @property
    def done(self) -> int:
        """How many frames are finished."""
        return max((segment.end for segment in self._segments()), default=0)

    @property
    def state(self) -> bytes | None:
        """What the next frame needs of the finished ones; None where none is finished."""
        segments = self._segments()
        return segments[-1].state.read_bytes()[_SECONDS.size :] if segments else None

    @property
    def seconds(self) -> float:
        """How long the finished frames took."""
        told = (segment.state.read_bytes() for segment in self._segments())
        return sum(float(_SECONDS.unpack_from(state)[0]) for state in told)

    def frames(self) -> Iterator[Picture]:
        """The finished frames in order. RenderError if they can't be read back."""
        for segment in self._segments():
            yield from lossless_frames(segment.file)

    def begin_segment(self, width: int, height: int) -> "SegmentWriter":
        """A writer for the frames, of this size, that follow on the finished ones."""
        return SegmentWriter(self._folder, self.done, width, height)

    def remove(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _segments(self) -> list[Segment]:
        found = [
            Segment(int(name[1]), int(name[2]), file)
            for file in self._folder.iterdir()
            if (name := _NAME.fullmatch(file.name))
        ]
        following: list[Segment] = []
        for segment in sorted(found):
            if segment.begin == (following[-1].end if following else 0):
                following.append(segment)
        return following


class SegmentWriter:
    """Takes frames until `commit`; leaving its block without that leaves nothing behind."""

    def __init__(self, folder: Path, begin: int, width: int, height: int) -> None:
        self._folder = folder
        self._begin = self._end = begin
        self._began = time.monotonic()
        self._partial = folder / "partial.mkv"
        self._writer = LosslessWriter(self._partial, width, height)

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return self._end - self._begin

    @property
    def seconds(self) -> float:
        """How long ago it was begun."""
        return time.monotonic() - self._began

    def add(self, picture: Picture) -> None:
        """Append a frame. RenderError if it can't be written."""
        self._writer.add(picture)
        self._end += 1

    def commit(self, state: bytes) -> None:
        """Finish the segment; `state` is what the frame after it needs."""
        seconds = self.seconds
        self._writer.finish()
        file = self._folder / f"{self._begin:06}-{self._end:06}.mkv"
        segment = Segment(self._begin, self._end, file)
        unnamed = self._folder / "partial.state"
        unnamed.write_bytes(_SECONDS.pack(seconds) + state)
        for partial, target in ((unnamed, segment.state), (self._partial, segment.file)):
            _flush(partial)
            partial.replace(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._writer.__exit__(*exception)
        self._partial.unlink(missing_ok=True)


def _belongs(folder: Path, render: str) -> bool:
    try:
        return (folder / _RENDER).read_text() == render
    except OSError:
        return False


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
