"""A part of a render: its frames, and what the next part needs."""

from collections.abc import Callable, Iterator

from engine.media import Picture
from engine.render.sequence import Drawn


class Segment:
    """The frames of a span, in order and once."""

    def __init__(
        self,
        frames: Iterator[Picture],
        span: range,
        cuts: set[int],
        written: Callable[[Drawn], bytes],
    ) -> None:
        self._frames = zip(span, frames, strict=True)
        self._cuts = cuts
        self._written = written
        self._last: Drawn | None = None

    def __iter__(self) -> Iterator[Picture]:
        """Each height × width × 3, RGB; errors as `Renderer.frames`."""
        for index, picture in self._frames:
            self._last = Drawn(index, picture)
            yield picture

    def state(self) -> bytes:
        """What a render needs to go on after the frame that came last.

        It can be had after the span's last frame, and before that wherever `dependence.cuts` has a
        cut; ValueError elsewhere.
        """
        if self._last is None or self._last.frame + 1 not in self._cuts:
            raise ValueError("a render can be cut only after the last frame of a batch")
        return self._written(self._last)
