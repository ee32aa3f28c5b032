"""How far an animation has come from one keyframe (weight 0) to the next (weight 1)."""

import math
from collections.abc import Callable, Sequence
from itertools import accumulate

from engine.errors import InputError
from engine.groups.animation import Animation, Interpolation
from engine.schedule import Schedule, Timeline

WeightFunction = Callable[[int, tuple[int, int]], float]
"""From a frame and the two keyframes around it to the weight at the frame."""

_SETTING = "interpolation_args"
_MOST_FREQUENCIES = 16
_HIGHEST_FREQUENCY = 100
# Positions at which the peak of a sum of sines is looked for: 100 periods get 20 points each.
_GRID = 2000


def weight_function(
    animation: Animation, timeline: Timeline, loudness: Sequence[float] = ()
) -> WeightFunction:
    """The weight function of the settings. InputError if `interpolation_args` don't fit.

    `loudness` is the energy of the sound heard during each frame, for audio interpolation; where it
    is silent for a whole segment, that segment is linear.
    """
    match animation.interpolation:
        case Interpolation.SINE:
            return _sine(_frequencies(animation.interpolation_args))
        case Interpolation.CURVE:
            return _curve(animation.interpolation_args, timeline)
        case Interpolation.AUDIO:
            return _audio(loudness, timeline.frames)
        case _:
            return _linear


def _linear(frame: int, keys: tuple[int, int]) -> float:
    return (frame - keys[0]) / (keys[1] - keys[0])


def _audio(loudness: Sequence[float], frames: int) -> WeightFunction:
    """How much of the segment's energy has sounded before the frame begins."""
    silence = [0.0] * (frames + 1 - len(loudness))
    sounded = list(accumulate([*loudness, *silence], initial=0.0))

    def weight(frame: int, keys: tuple[int, int]) -> float:
        start, now, end = (sounded[min(at, len(sounded) - 1)] for at in (keys[0], frame, keys[1]))
        return (now - start) / (end - start) if end > start else _linear(frame, keys)

    return weight


def _sine(frequencies: list[float]) -> WeightFunction:
    """Σ sin²(π·f·x), with a peak of 1. f = 0.5 is one smooth glide, 1 there and back."""

    def total(x: float) -> float:
        # The sine of π, as floats have it, is not 0: of whole turns only what is left counts.
        return sum(math.sin(math.pi * (frequency * x % 1)) ** 2 for frequency in frequencies)

    peak = max(total(step / _GRID) for step in range(_GRID + 1))
    return lambda frame, keys: min(1.0, total(_linear(frame, keys)) / peak)


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


def _curve(text: str, timeline: Timeline) -> WeightFunction:
    try:
        weights = Schedule(text).over(timeline)
    except ValueError as error:
        raise InputError(_SETTING, str(error)) from None
    for frame, weight in enumerate(weights):
        if not 0 <= weight <= 1:
            raise InputError(
                _SETTING,
                f"the weight {weight:g} at frame {frame} is outside 0 to 1",
                "write weights like 0: (0.0), 50: (1.0), 60: (0.5)",
            )
    return lambda frame, keys: weights[frame]
