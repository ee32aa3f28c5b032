"""What a render tells of itself while it goes on."""

import base64
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from engine.events import Event, FrameDone, Started
from engine.media import Picture
from engine.render.preview import preview_webp
from engine.spans import joined

_PREVIEW_SECONDS = 0.5


class Reporter:
    """Tells `emit` of every frame, with a preview picture every half second.

    `steps` are the denoising steps that each frame takes. Of a render that goes on after its worker
    was killed, the first `done` frames were made before, in `seconds`.
    """

    def __init__(
        self,
        steps: Sequence[int],
        emit: Callable[[Event], None],
        done: int = 0,
        seconds: float = 0.0,
    ) -> None:
        self._frames = len(steps)
        self._steps_before = (0, *accumulate(steps))
        self._emit = emit
        self._began = time.monotonic() - seconds
        self._previewed = 0.0
        self._saved = done
        self._done, self._steps = self._counted([range(done)])
        emit(Started(frames=self._frames))
        if done:
            self._tell(None)

    @property
    def elapsed(self) -> float:
        """Seconds since the first frame was begun, without those in which nobody rendered."""
        return time.monotonic() - self._began

    def frame_done(self, frame: Picture, finished: Iterable[range]) -> None:
        """Tell of a new frame, with which these are finished."""
        now = time.monotonic()
        self._done, self._steps = self._counted(finished)
        preview = None
        if self._done in (1, self._frames) or now - self._previewed >= _PREVIEW_SECONDS:
            preview, self._previewed = preview_webp(frame), now
        self._tell(preview)

    def frames_saved(self, saved: Iterable[range]) -> None:
        """Note that these frames, whoever drew them, are saved; tell of it if they are news."""
        self._saved, steps = self._counted(saved)
        if self._saved > self._done:
            self._done, self._steps = self._saved, steps
            self._tell(None)

    def _counted(self, finished: Iterable[range]) -> tuple[int, int]:
        """How many frames these are, and their steps."""
        spans = joined(self._frames, finished)
        before = self._steps_before
        return sum(map(len, spans)), sum(before[span.stop] - before[span.start] for span in spans)

    def _tell(self, preview: bytes | None) -> None:
        self._emit(
            FrameDone(
                done=self._done,
                frames=self._frames,
                elapsed=self.elapsed,
                steps=self._steps,
                saved=self._saved,
                preview=base64.b64encode(preview).decode() if preview else None,
            )
        )
