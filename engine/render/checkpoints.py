"""What a render has finished so far, kept on the disk so that a killed one goes on from there.

A render is kept in segments of some seconds of work. A segment is a file with its frames and one
with what the next frame needs of them. Both are written under other names, flushed, and renamed,
the frames' file last: a segment is there as a whole or not at all. Several processes may add
segments at once; where two of them overlap, their frames are the same.
"""

import logging
import re
import shutil
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from engine.errors import RenderCancelled, StateError, StorageError
from engine.media import Picture
from engine.render.output.lossless import lossless_frames
from engine.render.segment_files import Segment, SegmentWriter, push_segment
from engine.storage import ONE_BOX, Storage

_FRAMES = ".mkv"
_NAME = re.compile(r"(\d+)-(\d+)\.mkv")
_RENDER = "render"

log = logging.getLogger(__name__)


class Checkpoints:
    """The finished segments of one render in a folder of its own.

    `render` tells it from others: what the folder holds of another one is thrown away. Who only
    helps with a render that another process is at `joins` it, and throws nothing away: it gets
    RenderCancelled where that render is over, StateError where the folder is another one's. What is
    finished is pushed to the other hosts, and what they have finished is fetched at the start.
    """

    def __init__(
        self, folder: Path, render: str, storage: Storage = ONE_BOX, *, joins: bool = False
    ) -> None:
        self._folder = folder
        self._storage = storage
        there = self.refresh()
        if joins:
            _check_joined(folder, render)
        elif _belongs(folder, render):
            self._push_missing(there)
        else:
            self._begin_anew(render, there)

    @property
    def done(self) -> int:
        """How many frames are finished, from the first one on without a gap."""
        return max((segment.end for segment in self._following()), default=0)

    @property
    def spans(self) -> list[range]:
        """The numbers of all frames that are finished, those behind a gap among them."""
        return [range(segment.begin, segment.end) for segment in self._segments()]

    @property
    def state(self) -> bytes | None:
        """What the next frame needs of the finished ones; None where none is finished."""
        segments = self._following()
        return segments[-1].read_state() if segments else None

    @property
    def seconds(self) -> float:
        """How long the finished frames took, whoever drew them, one after the other."""
        return sum(segment.seconds for segment in self._segments())

    def frames(self) -> Iterator[Picture]:
        """The finished frames in order. RenderError if they can't be read back."""
        at = 0
        for segment in self._following():
            yield from islice(lossless_frames(segment.file), at - segment.begin, None)
            at = segment.end

    def begin_segment(self, begin: int, width: int, height: int) -> "SegmentWriter":
        """A writer for the frames, of this size, from number `begin` on."""
        return SegmentWriter(self._folder, begin, width, height, self._storage)

    def refresh(self) -> frozenset[str]:
        """Fetch what other hosts have finished; the names of all files that the store has."""
        return self._storage.pull(self._folder, last=_FRAMES)

    def remove(self) -> None:
        """Throw everything away."""
        remove_render(self._folder, self._storage)

    def _begin_anew(self, render: str, there: Collection[str]) -> None:
        if there:
            self._storage.remove(self._folder)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        (self._folder / _RENDER).write_text(render)
        self._storage.push(self._folder / _RENDER)

    def _push_missing(self, there: Collection[str]) -> None:
        """Store what a worker that was killed had finished and not stored."""
        for segment in self._segments():
            if segment.file.name not in there:
                push_segment(self._storage, segment)

    def _segments(self) -> list[Segment]:
        return sorted(
            Segment(int(name[1]), int(name[2]), file)
            for file in self._folder.iterdir()
            if (name := _NAME.fullmatch(file.name))
        )

    def _following(self) -> list[Segment]:
        """The segments that give all frames from 0 on: each begins in the one before, or after."""
        segments, following, end = self._segments(), list[Segment](), 0
        while reaching := [each for each in segments if each.begin <= end < each.end]:
            following.append(max(reaching, key=lambda each: each.end))
            end = following[-1].end
        return following


def remove_render(folder: Path, storage: Storage) -> None:
    """Throw away all of a render. What can't be reached is left to the housekeeping."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        storage.remove(folder)
    except (StorageError, RenderCancelled):
        log.warning("%s is left in the store", folder.name)


def _belongs(folder: Path, render: str) -> bool:
    try:
        return (folder / _RENDER).read_text() == render
    except OSError:
        return False


def _check_joined(folder: Path, render: str) -> None:
    if not (folder / _RENDER).exists():
        raise RenderCancelled("the render is over")
    if not _belongs(folder, render):
        raise StateError(
            "the render to help with is one of another plan, model or attachment: the workers have "
            "not the same files"
        )
