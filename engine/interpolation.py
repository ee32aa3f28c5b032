"""How far an animation has come from one keyframe (weight 0) to the next (weight 1)."""

import math
from collections.abc import Callable

from engine.errors import InputError
from engine.schedule import Schedule
from engine.settings import Animation, Interpolation

# From the frame and its position x, 0 … 1, in its segment, to the weight.
WeightFunction = Callable[[int, float], float]

_SETTING = "interpolation_args"
_MOST_FREQUENCIES = 16
_HIGHEST_FREQUENCY = 100
# Positions at which the peak of a sum of sines is looked for: 100 periods get 20 points each.
_GRID = 2000


def weight_function(animation: Animation) -> WeightFunction:
    """The weight function of the settings. InputError if `interpolation_args` don't fit."""
    match animation.interpolation:
        case Interpolation.LINEAR:
            return lambda frame, x: x
        case Interpolation.SINE:
            return _sine(_frequencies(animation.interpolation_args))
        case Interpolation.CURVE:
            return _curve(animation.interpolation_args)


def _sine(frequencies: list[float]) -> WeightFunction:
    """Σ sin²(π·f·x), with a peak of 1. f = 0.5 is one smooth glide, 1 there and back."""

    def total(x: float) -> float:
        return sum(math.sin(math.pi * frequency * x) ** 2 for frequency in frequencies)

    peak = max(total(step / _GRID) for step in range(_GRID + 1))
    return lambda frame, x: min(1.0, total(x) / peak)


def _frequencies(text: str) -> list[float]:
    example = "write frequencies like 0.5 or 1.0, 2.0"
    parts = [part.strip() for part in (text or "1.0").split(",")]
    if len(parts) > _MOST_FREQUENCIES:
        raise InputError(_SETTING, f"{len(parts)} frequencies", f"the most is {_MOST_FREQUENCIES}")
    try:
        frequencies = [float(part) for part in parts]
    except ValueError:
        raise InputError(_SETTING, f"{text[:60]!r} is no list of numbers", example) from None
    if not all(0 < frequency <= _HIGHEST_FREQUENCY for frequency in frequencies):
        raise InputError(
            _SETTING, f"{text[:60]!r}: a frequency is above 0, to {_HIGHEST_FREQUENCY}", example
        )
    return frequencies


def _curve(text: str) -> WeightFunction:
    example = "write weights like 0: (0.0), 50: (1.0), 60: (0.5)"
    try:
        schedule = Schedule(text)
    except ValueError as error:
        raise InputError(_SETTING, str(error)) from None
    least, most = schedule.bounds
    if least < 0 or most > 1:
        wrong = least if least < 0 else most
        raise InputError(_SETTING, f"the weight {wrong:g} is outside 0 to 1", example)
    return lambda frame, x: schedule.at(frame)
