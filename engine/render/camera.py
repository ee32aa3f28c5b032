"""The camera of a plan: what its moves do to pictures, from frame to frame."""

from itertools import islice

import numpy as np

from engine.media import Picture
from engine.plan import FramePlan, Move
from engine.render.cadence import between
from engine.render.motion import Matrix, composed, moved, moved_once, running


class Camera:
    """Moves pictures of the plan's size. A frame's own move leads to it from the frame before."""

    def __init__(self, plan: FramePlan) -> None:
        self._plan = plan
        self._frame = 0
        self._view: Matrix = np.eye(3)
        moves = (frame.move for frame in plan.frames[1:])
        self._views = running(moves, plan.width, plan.height)

    def onwards(self, picture: Picture, start: int, end: int) -> Picture:
        """The picture of frame `start` as it is where frame `end` begins."""
        path = composed(self._moves(start, end), self._plan.width, self._plan.height)
        return moved(picture, path, self._plan.padding)

    def seen(self, picture: Picture, frame: int) -> Picture:
        """An attached picture as all moves up to a frame leave it. Frames never go back."""
        for view in islice(self._views, frame - self._frame):
            self._view = view
        self._frame = frame
        return moved_once(picture, self._view, self._plan.padding)

    def between(self, before: Picture, after: Picture, start: int, place: int, end: int) -> Picture:
        """The frame `start` + `place`, out of the drawn ones at `start` and `end`."""
        return between(
            before,
            after,
            self._moves(start, end),
            place,
            self._plan.padding,
            optical_flow=self._plan.optical_flow,
        )

    def _moves(self, start: int, end: int) -> list[Move]:
        return [frame.move for frame in self._plan.frames[start + 1 : end + 1]]
