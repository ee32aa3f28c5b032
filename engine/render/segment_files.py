"""Segments of a render as files: frames, and what the next frame needs of them."""

import os
import struct
import time
import uuid
from pathlib import Path
from typing import NamedTuple, Self

from engine.media import Picture
from engine.render.output.lossless import LosslessWriter
from engine.storage import ONE_BOX, Storage

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

    @property
    def seconds(self) -> float:
        """How long its frames took."""
        return float(_SECONDS.unpack_from(self.state.read_bytes())[0])

    def read_state(self) -> bytes:
        """What the frame `end` needs."""
        return self.state.read_bytes()[_SECONDS.size :]


class SegmentWriter:
    """Takes frames until `commit`; leaving its block without that leaves nothing behind."""

    def __init__(
        self, folder: Path, begin: int, width: int, height: int, storage: Storage = ONE_BOX
    ) -> None:
        self._folder = folder
        self._storage = storage
        self._begin = self._end = begin
        self._began = time.monotonic()
        # A name of its own: another process may be at the same frames.
        self._partial = folder / f"partial-{uuid.uuid4().hex}.mkv"
        self._writer = LosslessWriter(self._partial, width, height)

    @property
    def span(self) -> range:
        """The frames it has."""
        return range(self._begin, self._end)

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return len(self.span)

    @property
    def end(self) -> int:
        """The number of the frame that comes next."""
        return self._end

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
        unnamed = self._partial.with_suffix(".state")
        unnamed.write_bytes(_SECONDS.pack(seconds) + state)
        for partial, target in ((unnamed, segment.state), (self._partial, segment.file)):
            _flush(partial)
            partial.replace(target)
        push_segment(self._storage, segment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._writer.__exit__(*exception)
        self._partial.unlink(missing_ok=True)


def push_segment(storage: Storage, segment: Segment) -> None:
    """Store a segment for all hosts, its frames last."""
    for file in (segment.state, segment.file):
        storage.push(file)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
