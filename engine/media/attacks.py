"""To the millisecond when a note or a stroke begins that is known to begin about then."""

import numpy as np

from engine.media.hearing import Mono

_BEFORE, _AFTER = 0.020, 0.004
"""Seconds around the time that is known in which it can begin."""
_SHARP = 20.0
"""How many times as strong as before a sound must be for its beginning to be that of a stroke."""
_FLOOR = 1e-4
"""Of the loudest sample's power; resampling sounds below that ahead of a stroke."""


def attack(sound: Mono, rate: int, about: float) -> float | None:
    """When the stroke begins that is heard shortly before `about`, in seconds.

    None where nothing begins sharply. The beginning parts what is heard in two of different power:
    Akaike's criterion for that, up to the loudest sample (Maeda, Zisin 38 (1985), 365–379).
    """
    first = max(0, round((about - _BEFORE) * rate))
    # Differences, so that a bass that sounds already doesn't hide what begins.
    power = np.square(np.diff(sound[first : round((about + _AFTER) * rate)].astype(np.float64)))
    if not power.any():
        return None
    loudest = int(power.argmax())
    power = power[: loudest + 1] + _FLOOR * power[loudest]
    total, count = np.cumsum(power), len(power)
    sizes = np.arange(1, count)
    before = total[:-1] / sizes
    after = (total[-1] - total[:-1]) / (count - sizes)
    criterion = sizes * np.log(before) + (count - sizes) * np.log(after)
    if not loudest or after[place := int(criterion.argmin())] < _SHARP * before[place]:
        return None
    return (first + place + 2) / rate
