"""Drawing on with less memory after it ran out.

What leaves the pictures as they are comes first: weights that this render doesn't need are let go,
then batches are halved, down to one frame. The autoencoder's tiles come last: where they meet, the
tone may change a little.
"""

import logging
from collections.abc import Callable, Sequence

from engine.errors import RenderError
from engine.media import Picture
from engine.plan import FramePoint
from engine.render.memory import free_memory, is_out_of_memory
from engine.render.sequence import Draw

log = logging.getLogger(__name__)


class Backoff:
    """Draws with as much memory as there is, and remembers for one render how much that was.

    `let_go` gives up weights, `tile` makes the autoencoder work in smaller tiles; each tells
    whether there was anything to do. `remedy` is what a user is told where nothing helps.
    """

    def __init__(self, let_go: Callable[[], bool], tile: Callable[[], bool], remedy: str) -> None:
        self._let_go = let_go
        self._tile = tile
        self._remedy = remedy
        self._most: int | None = None
        self._measures: list[str] = []

    def drawn(
        self, draw: Draw, frames: Sequence[FramePoint], starts: Sequence[Picture] | None
    ) -> list[Picture]:
        """A picture for each frame, by as many calls as it takes; RenderError if memory runs out.

        A call that failed is made again, so `draw` must give the same pictures then.
        """
        pictures: list[Picture] = []
        while len(pictures) < len(frames):
            part = slice(len(pictures), len(pictures) + (self._most or len(frames)))
            done = _tried(draw, frames[part], starts[part] if starts is not None else None)
            if done is None:
                free_memory()
                self._measures.append(self._measure(len(frames[part])))
            else:
                pictures += done
                self._tell()
        return pictures

    def _measure(self, tried: int) -> str:
        """Do what may help next after memory ran out in `tried` frames; says what that was."""
        if self._let_go():
            return "other models let go"
        if tried > 1:
            self._most = (tried + 1) // 2
            return f"batches of {self._most}"
        if self._tile():
            return "smaller tiles in the autoencoder"
        problem = f"memory ran out; {self._remedy}"
        log.warning("%s", problem)
        raise RenderError(problem)

    def _tell(self) -> None:
        """Tell the operator, once, how it goes on."""
        if self._measures:
            log.warning(
                "memory ran out while drawing; going on with %s", ", then ".join(self._measures)
            )
            self._measures.clear()


def _tried(
    draw: Draw, frames: Sequence[FramePoint], starts: Sequence[Picture] | None
) -> list[Picture] | None:
    """The pictures, or None where memory ran out."""
    try:
        return draw(frames, starts)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    return None
