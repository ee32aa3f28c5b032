"""The frame rate that a clip's timestamps follow, though its container rounds them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_LEAST_ROUNDING = Fraction(1, 1000)
"""Seconds: times that once were rounded to milliseconds are found in finer containers too."""
_COMMON = tuple(map(Fraction, range(1, 61))) + tuple(
    Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60)
)


class FrameRate(NamedTuple):
    """Frames a second, exactly; an average where they come at no steady rate."""

    fps: Fraction
    is_steady: bool


def frame_rate(
    ticks: Sequence[int], end: int, tick: Fraction, stated: Sequence[Fraction]
) -> FrameRate:
    """Frames a second of a clip whose frames come on at `ticks`, the last one going at `end`.

    A tick lasts `tick` seconds; `ticks` are in order, at least one. A rate `stated` by the file or
    a common one is taken if every frame is where it puts it, to the rounding; a clip with no such
    rate has its average.
    """
    times = (np.array(ticks, np.float64) - ticks[0]) * float(tick)
    rounding = float(max(tick, _LEAST_ROUNDING)) * (1 + 1e-6)
    length = (end - ticks[0]) * tick
    steady = (rate for rate in (*stated, *_COMMON) if _fits(times, rate, rounding))
    average = len(ticks) / length if length > 0 else Fraction(25)
    if len(ticks) == 1:
        return FrameRate(stated[0] if stated else average, True)
    for rate in steady:
        return FrameRate(rate, True)
    return FrameRate(average.limit_denominator(1000) or average, False)


def _fits(times: NDArray[np.float64], rate: Fraction, rounding: float) -> bool:
    return bool(np.abs(times - np.arange(len(times)) / float(rate)).max() <= rounding)
