"""Ends a worker whose render hangs, so that it is started again and the queue goes on.

A render gives signs of life: its events, and its looks at `stop`, which come with every denoising
step and every frame that is written. How long it may be silent follows from what was seen of it:

- Until frames come, half an hour, as a large model may be read from a slow disk, and ten times the
  seconds that the job was predicted to take: what was predicted without being measured is far off.
- While they come, ten minutes, and 20 times its longest silence since its first look: a batch may
  have many times the frames of those before it, and clips, depth and flow take their time.
- After the last one, half an hour and as long as the frames took: to join them, and make them fit.
- Once it is to stop, five minutes and 20 times the longest silence, whatever signs it gives; where
  what is finished is kept, as after the last frame.

All of it errs on the long side: a job ended wrongly is worse than a device that idles for a while.
"""

import faulthandler
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.assignment import Assignment
from engine.events import Event, FrameDone

LOADING_SECONDS = 1800.0
FRAME_SECONDS = 600.0
SAVING_SECONDS = 1800.0
STOPPING_SECONDS = 300.0
_TIMES_PREDICTED = 10
_TIMES_LONGEST = 20

UNKNOWN_SECONDS = 600.0
"""What a job without a prediction, of an older version, is taken to be predicted at."""

# A render that goes on from its checkpoints tells of the frames made before at once.
_FRAMES_TOLD = 2

_PAUSE_SECONDS = 1.0
_STACKS_SECONDS = 10.0
_STDERR = 2


@dataclass(slots=True)
class Silence:
    """How long a render may be silent. Times are in seconds, by any clock that never goes back.

    `predicted` is what the job was to take, `last` when its last sign of life came.
    """

    predicted: float
    last: float
    longest: float = 0.0
    looked: bool = False
    told: int = 0
    took: float = 0.0
    complete: bool = False

    def look(self, now: float) -> None:
        """It looked whether to stop."""
        self._sign(now)
        self.looked = True

    def tell(self, event: Event, now: float) -> None:
        """It told of an event."""
        self._sign(now)
        if isinstance(event, FrameDone):
            self.told += 1
            self.took = event.elapsed
            self.complete = event.done == event.frames

    def _sign(self, now: float) -> None:
        # What comes before the first look, a model's loading, is unlike all that follows.
        if self.looked:
            self.longest = max(self.longest, now - self.last)
        self.last = now

    @property
    def allowed(self) -> float:
        """From the last sign of life to the next."""
        if self.complete:
            return SAVING_SECONDS + self.took
        if self.told < _FRAMES_TOLD:
            return LOADING_SECONDS + _TIMES_PREDICTED * self.predicted
        return FRAME_SECONDS + _TIMES_LONGEST * self.longest

    def allowed_to_stop(self, keep: bool) -> float:
        """From the stop to the render's end; `keep` where it is to save what is finished."""
        if keep:
            return SAVING_SECONDS + self.took
        return STOPPING_SECONDS + _TIMES_LONGEST * self.longest


class Watchdog:
    """Watches the render of one job, which works on its `assignment`, until `end` is called.

    Two timers end the process, also while a thread hangs in C and lets no other run Python: that of
    faulthandler, which first writes every thread's stack to the standard error, and soon after it
    the kernel's alarm, as faulthandler reads the stacks of threads that may run: that can crash,
    and never end (python/cpython#140815). A process has one of each, and so one watchdog at a time.
    """

    def __init__(self, emit: Callable[[Event], None], predicted: float | None) -> None:
        """`emit` takes the render's events; `predicted` None where it isn't known."""
        self._emit = emit
        self._lock = threading.Lock()
        self._silence = Silence(UNKNOWN_SECONDS if predicted is None else predicted, _now())
        self._armed = self._limit = 0.0
        self._final = False
        self.assignment = Assignment(emit=self._tell, stop=_Stop(self._look, self._stopped))
        self._arm(self._silence.allowed)

    def end(self) -> None:
        """The render is over."""
        with self._lock:
            self._final = True
            faulthandler.cancel_dump_traceback_later()
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _tell(self, event: Event) -> None:
        with self._lock:
            self._silence.tell(event, _now())
            self._arm(self._silence.allowed)
        self._emit(event)

    def _look(self) -> None:
        with self._lock:
            self._silence.look(_now())
            self._arm(self._silence.allowed)

    def _stopped(self) -> None:
        with self._lock:
            self._arm(self._silence.allowed_to_stop(self.assignment.keep.is_set()), again=True)
            self._final = True

    def _arm(self, limit: float, again: bool = False) -> None:
        if self._final:
            return
        now = _now()
        # Signs may come by the thousand, and a timer is a new thread.
        if again or limit != self._limit or now - self._armed >= _PAUSE_SECONDS:
            self._armed, self._limit = now, limit
            faulthandler.dump_traceback_later(limit, exit=True, file=_STDERR)
            # Nobody handles this signal, so it ends the process.
            signal.setitimer(signal.ITIMER_REAL, limit + _STACKS_SECONDS)


class _Stop(threading.Event):
    """An event that tells when it is looked at, and when it is set first."""

    def __init__(self, looked: Callable[[], None], stopped: Callable[[], None]) -> None:
        super().__init__()
        self._looked = looked
        self._stopped = stopped

    def is_set(self) -> bool:
        self._looked()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        self._looked()
        return super().wait(timeout)

    def set(self) -> None:
        super().set()
        self._stopped()


def _now() -> float:
    return time.monotonic()
