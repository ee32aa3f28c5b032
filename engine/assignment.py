"""What a worker gives, with a request, to whoever renders it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from engine.events import Event


class Share(NamedTuple):
    """Frames of a render that another worker is asked to draw; it may have begun."""

    id: str
    frames: range
    begun: bool


class Help(NamedTuple):
    """How many other workers there are, and which shares of a render are open."""

    workers: int
    shares: Sequence[Share]


class Helpers(Protocol):
    """The other workers, for one that renders an animation whose frames need nothing of others.

    Nothing is promised: a share may end without its frames, or with the first of them. No call
    fails; where the queue can't be reached nobody is there, and nothing is asked.
    """

    def look(self) -> Help:
        """What there is now."""
        ...

    def ask(self, frames: range) -> Share | None:
        """Ask whoever has nothing else to do to draw some frames."""
        ...

    def take_back(self, share: Share) -> None:
        """Stop a share, begun or not."""
        ...

    def dismiss(self) -> None:
        """Stop all shares, as the render is over."""
        ...


@dataclass(frozen=True, slots=True)
class Assignment:
    """A render's line to those who wait for it, and to those who may help.

    `emit` takes `Started` and `FrameDone` events, at any rate and from any thread. Soon after
    `stop` is set the render is to end with RenderCancelled; where `keep` was set before, its user
    wants what is finished, and it ends with that if there is anything, unless it is `dropped`: then
    nobody waits for it here any more. It is to look at `stop` all
    the time, as each look is a sign of life: a render that gives none is taken to hang.
    """

    emit: Callable[[Event], None]
    stop: threading.Event = field(default_factory=threading.Event)
    keep: threading.Event = field(default_factory=threading.Event)
    dropped: threading.Event = field(default_factory=threading.Event)
    helpers: Helpers | None = None
