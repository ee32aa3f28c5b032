"""How one number goes over into the next: easings by name, as keyframed computes them.

`ease_in` starts slowly, `ease_out` ends slowly, `ease_in_out` does both: the sine easings of
https://easings.net. `hold` (or `previous`) stays until the next key, `next` jumps there at once.
"""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from keyframed.interpolation import EASINGS as KEYFRAMED
from keyframed.interpolation import eased_lerp


def _ease_in(x: float) -> float:
    return 1 - math.cos(x * math.pi / 2)


EASINGS: Mapping[str, Any] = {
    "linear": KEYFRAMED["linear"],
    "ease_in": partial(eased_lerp, ease=_ease_in),
    "ease_out": KEYFRAMED["sin"],
    "ease_in_out": KEYFRAMED["sin^2"],
    "hold": KEYFRAMED["previous"],
    # keyframed's own names.
    "previous": KEYFRAMED["previous"],
    "next": KEYFRAMED["next"],
    "sin": KEYFRAMED["sin"],
    "sin^2": KEYFRAMED["sin^2"],
}
"""keyframed's interpolation methods by the names that schedules give them."""


def easing_name(text: str) -> str:
    """The name in `EASINGS` of an easing written `ease-in-out` or `Linear`. ValueError if none."""
    name = text.lower().replace("-", "_")
    if name not in EASINGS:
        raise ValueError(f"{text!r} is no easing; there are {', '.join(EASINGS)}")
    return name
