"""Drawing every n-th frame only, and making the ones in between of their neighbours.

Deforum's diffusion cadence: an animation is drawn n times faster, and is calmer.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.groups.motion import Padding
from engine.media import Picture
from engine.plan import Move
from engine.render.flow import meet
from engine.render.motion import Matrix, composed, inverse, moved_once

FEATHER = 8
"""Pixels over which what a neighbour shows fades into what only the other one shows."""
LEAST = 1e-3
"""The trust in what neither shows: so little that either one outweighs it."""

Floats = NDArray[np.float32]


def between(
    before: Picture,
    after: Picture,
    moves: Sequence[Move],
    place: int,
    padding: Padding,
    *,
    optical_flow: bool,
) -> Picture:
    """The frame `place` frames after `before`, where `after` is `len(moves)` frames after it.

    `moves` are those of the frames after `before`, up to `after`'s own. Both neighbours are taken
    to where the camera is in between, `before` onwards and `after` back, and mixed: what the camera
    has in view from one of them only is that one's. With `optical_flow` what moves in the pictures
    themselves is taken along as well, so that it's half-way rather than half-visible twice.
    """
    height, width = before.shape[:2]
    onwards = composed(moves[:place], width, height)
    back = inverse(composed(moves[place:], width, height))
    weight = place / len(moves)
    first, second = moved_once(before, onwards, padding), moved_once(after, back, padding)
    early, late = meet(first, second, weight) if optical_flow else (first, second)
    return _mixed(
        early,
        late,
        (1 - weight) * _in_view(onwards, width, height),
        weight * _in_view(back, width, height),
    )


def _in_view(total: Matrix, width: int, height: int) -> Floats:
    """How surely a picture, moved so, shows each pixel itself and not padding; × 1 for mixing."""
    back = inverse(total)
    y, x = np.mgrid[0:height, 0:width]
    from_x = back[0, 0] * x + back[0, 1] * y + back[0, 2]
    from_y = back[1, 0] * x + back[1, 1] * y + back[1, 2]
    to_sides = np.minimum(from_x, width - 1 - from_x)
    to_edge = np.minimum(to_sides, np.minimum(from_y, height - 1 - from_y)) + 0.5
    sure: Floats = (to_edge / FEATHER).clip(LEAST, 1).astype(np.float32)[..., None]
    return sure


def _mixed(
    first: Picture | Floats, second: Picture | Floats, first_share: Floats, second_share: Floats
) -> Picture:
    share = second_share / (first_share + second_share)
    mixture = first + share * (second.astype(np.float32) - first)
    picture: Picture = np.rint(mixture).clip(0, 255).astype(np.uint8)
    return picture
