"""What a worker gives, with a request, to whoever renders it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.events import Event


@dataclass(frozen=True, slots=True)
class Assignment:
    """A render's line to those who wait for it.

    `emit` takes `Started` and `FrameDone` events, at any rate and from any thread. Soon after
    `stop` is set the render is to end with RenderCancelled; where `keep` was set before, its user
    wants what is finished, and it ends with that if there is anything. It is to look at `stop` all
    the time, as each look is a sign of life: a render that gives none is taken to hang.
    """

    emit: Callable[[Event], None]
    stop: threading.Event = field(default_factory=threading.Event)
    keep: threading.Event = field(default_factory=threading.Event)
