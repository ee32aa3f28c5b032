"""What a render tells of itself while it goes on."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.events import Event, FrameDone, Started
from engine.media import Picture
from engine.render.preview import preview_webp

_PREVIEW_SECONDS = 0.5


@dataclass(slots=True)
class Reporter:
    """Tells `emit` of every frame, with a preview picture every half second.

    Of a render that goes on after its worker was killed, `done` frames were made before, in
    `seconds`. `saved` is for whoever saves them to set.
    """

    frames: int
    emit: Callable[[Event], None]
    done: int = 0
    seconds: float = 0.0
    saved: int = 0
    began: float = 0.0
    previewed: float = 0.0

    def __post_init__(self) -> None:
        self.saved = self.done
        self.began = time.monotonic() - self.seconds
        self.emit(Started(frames=self.frames))
        if self.done:
            self._tell(None)

    def frame_done(self, frame: Picture) -> None:
        """Tell of the next frame."""
        now = time.monotonic()
        self.done += 1
        preview = None
        if self.done in (1, self.frames) or now - self.previewed >= _PREVIEW_SECONDS:
            preview, self.previewed = preview_webp(frame), now
        self._tell(preview)

    def _tell(self, preview: bytes | None) -> None:
        self.emit(
            FrameDone(
                done=self.done,
                frames=self.frames,
                elapsed=time.monotonic() - self.began,
                saved=self.saved,
                preview=base64.b64encode(preview).decode() if preview else None,
            )
        )
