"""What a render has finished so far, kept on the disk so that a killed one goes on from there.

A render is kept in segments of some seconds of work. A segment is a file with its frames and one
with the state that the next frame begins from. Both are written under other names, flushed, and
renamed, the frames' file last: a segment is there as a whole or not at all.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Self

from engine.media import Picture
from engine.plan import FramePlan
from engine.render.output.lossless import LosslessWriter, lossless_frames

_NAME = re.compile(r"(\d+)-(\d+)\.mkv")
_KEY = "render.json"


class Segment(NamedTuple):
    """Frames `begin` to `end`, without the last of them, in a file."""

    begin: int
    end: int
    file: Path

    @property
    def state(self) -> Path:
        """The file with what the frame `end` begins from."""
        return self.file.with_suffix(".state")


class Checkpoints:
    """The finished segments of one render in a folder of its own.

    What the folder holds of a render that was another one (other settings, another model) is
    thrown away, as are segments that don't follow on the ones before.
    """

    def __init__(self, folder: Path, plan: FramePlan, revision: str) -> None:
        self._folder = folder
        self._size = plan.width, plan.height
        key = {"plan": hashlib.sha256(repr(plan).encode()).hexdigest(), "revision": revision}
        if _read_key(folder / _KEY) != key:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / _KEY).write_text(json.dumps(key))

    @property
    def done(self) -> int:
        """How many frames are finished."""
        return max((segment.end for segment in self._segments()), default=0)

    @property
    def state(self) -> bytes | None:
        """What the next frame begins from; None where none is finished."""
        segments = self._segments()
        return segments[-1].state.read_bytes() if segments else None

    def frames(self) -> Iterator[Picture]:
        """The finished frames in order. RenderError if they can't be read back."""
        for segment in self._segments():
            yield from lossless_frames(segment.file)

    def begin_segment(self) -> "SegmentWriter":
        """A writer for the frames that follow on the finished ones."""
        return SegmentWriter(self._folder, self.done, *self._size)

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
        self._partial = folder / "partial.mkv"
        self._writer = LosslessWriter(self._partial, width, height)

    def add(self, picture: Picture) -> None:
        """Append a frame. RenderError if it can't be written."""
        self._writer.add(picture)
        self._end += 1

    def commit(self, state: bytes) -> None:
        """Finish the segment; `state` is what the frame after it begins from."""
        self._writer.finish()
        file = self._folder / f"{self._begin:06}-{self._end:06}.mkv"
        segment = Segment(self._begin, self._end, file)
        unnamed = self._folder / "partial.state"
        unnamed.write_bytes(state)
        for partial, target in ((unnamed, segment.state), (self._partial, segment.file)):
            _flush(partial)
            partial.replace(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._writer.__exit__(*exception)
        self._partial.unlink(missing_ok=True)


def _read_key(file: Path) -> object:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return None


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
