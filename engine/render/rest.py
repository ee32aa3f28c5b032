"""What is left to draw of a render: by one worker alone, or with the help of others."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from engine.assignment import Help, Helpers
from engine.errors import RenderCancelled
from engine.render.checkpoints import Checkpoints
from engine.spans import SHARE_SECONDS, gaps, joined, share_of

_LOOK_SECONDS = 0.5

_PATIENCE_SECONDS = 2 * SHARE_SECONDS
"""For so long who has nothing else to do waits for a share that another worker has begun."""

_SPARE = 2
"""Shares for each worker that nobody has begun: so none waits while a batch is drawn here."""


class Rest(Protocol):
    """Tells a worker which frames it draws next; `finished` are those, as far as is known."""

    finished: list[range]

    def spans(self) -> Iterator[range]:
        """Frames to draw, in one go, until none are left."""
        ...

    def goes_on(self, cut: int, frame_seconds: float) -> bool:
        """Whether to draw on from a cut, reached with so many seconds a frame."""
        ...

    def kept(self) -> None:
        """Note that what was drawn is finished."""
        ...


class RestAlone:
    """All frames that follow on the finished ones."""

    def __init__(self, checkpoints: Checkpoints, frames: int) -> None:
        self._checkpoints = checkpoints
        self._frames = frames
        self.kept()

    def spans(self) -> Iterator[range]:
        """The whole rest."""
        yield range(self._checkpoints.done, self._frames)

    def goes_on(self, cut: int, frame_seconds: float) -> bool:
        """Always."""
        return True

    def kept(self) -> None:
        """Note that what was drawn is finished."""
        self.finished = [range(self._checkpoints.done)]


class RestWithHelp:
    """The first frames that nobody has, while the last ones are given to others as shares.

    For renders whose frames need nothing of others; `cuts` are the places to cut it. What others
    don't finish is drawn here. While it waits for them, `tell` gets the finished frames, and it
    ends with RenderCancelled when `stop` is set.
    """

    def __init__(
        self,
        checkpoints: Checkpoints,
        cuts: Sequence[int],
        helpers: Helpers,
        tell: Callable[[list[range]], None],
        stop: threading.Event,
    ) -> None:
        self._checkpoints = checkpoints
        self._cuts = cuts
        self._frames = cuts[-1]
        self._helpers = helpers
        self._tell = tell
        self._stop = stop
        self._help = Help(0, ())
        self._looked = 0.0
        self._begun: dict[str, float] = {}
        self._asked: dict[str, range] = {}
        self._ours: list[range] = []
        self.finished = [range(checkpoints.done)]

    def spans(self) -> Iterator[range]:
        """The first gap each time, until all is finished by somebody."""
        while True:
            self._look()
            if free := gaps(self._frames, self._taken()):
                yield free[0]
            elif self.finished == [range(self._frames)]:
                return
            else:
                self._hurry()

    def goes_on(self, cut: int, frame_seconds: float) -> bool:
        """Until there is what somebody else draws or has drawn; looks for helpers meanwhile."""
        if time.monotonic() - self._looked >= _LOOK_SECONDS:
            self._look()
            self._share_out(cut, frame_seconds)
        return not any(cut in span for span in self._taken())

    def kept(self) -> None:
        """Note that what was drawn is finished."""
        places = {0, *self._cuts}
        self.finished = joined(
            self._frames,
            (
                span
                for span in self._checkpoints.spans
                if places.issuperset((span.start, span.stop))
            ),
        )

    def _taken(self) -> list[range]:
        return [*self.finished, *(share.frames for share in self._help.shares)]

    def _look(self) -> None:
        first, self._looked = not self._looked, time.monotonic()
        self._help = self._helpers.look()
        opened = {share.id: share.frames for share in self._help.shares}
        ended = self._asked.keys() - opened.keys()
        if first or ended:
            self._checkpoints.refresh()
        self.kept()
        for id in ended:
            # Whoever had it could do nothing with it: another one might fail in the same way.
            if _lies_in(self._asked[id], gaps(self._frames, self.finished)):
                self._ours.append(self._asked[id])
        self._asked = opened
        self._begun = {
            share.id: self._begun.get(share.id, self._looked)
            for share in self._help.shares
            if share.begun
        }

    def _share_out(self, cut: int, frame_seconds: float) -> None:
        """Give others the last frames that nobody has, but for the batch after the cut."""
        next_cut = next((place for place in self._cuts if place > cut), cut)
        workers, shares = self._help
        waiting = sum(not share.begun for share in shares)
        taken = [*self._taken(), *self._ours, range(next_cut)]
        for _ in range(_SPARE * workers - waiting):
            free = gaps(self._frames, taken)
            frames = share_of(free, self._cuts, frame_seconds, workers + 1)
            if frames is None:
                return
            share = self._helpers.ask(frames)
            if share is None:
                return
            taken.append(frames)
            self._asked[share.id] = frames
            self._help = Help(workers, (*self._help.shares, share))

    def _hurry(self) -> None:
        """Take back a share that nobody has begun or that takes too long; or wait for a moment."""
        waiting = [share for share in self._help.shares if not share.begun]
        late = self._looked - _PATIENCE_SECONDS
        slow = [share for share in self._help.shares if self._begun.get(share.id, late) < late]
        if ours := waiting or slow:
            self._helpers.take_back(ours[0])
            del self._asked[ours[0].id]
            return
        self._tell(self.finished)
        if self._stop.wait(_LOOK_SECONDS / 2):
            raise RenderCancelled("the render was stopped")


def _lies_in(span: range, gaps: Sequence[range]) -> bool:
    return any(gap.start <= span.start and span.stop <= gap.stop for gap in gaps)
