"""`python -m engine.media.warm_up`: what numba compiles when it is first used, compiled beforehand.

An installation runs it once; without it the first sound that somebody sends takes half a minute.
"""

import wave
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from engine.groups.media import AudioComponent
from engine.media.keyframes import Mark
from engine.media.keyframes_process import keyframes_in_child

_RATE, _SECONDS, _MINUTES = 48_000, 6, 10
_TRIES = ((AudioComponent.PERCUSSIVE, Mark.ONSETS), (AudioComponent.BOTH, Mark.BEATS))


def main() -> None:
    """Find keyframes in a click every half second."""
    clicks = np.zeros(_SECONDS * _RATE, "<i2")
    for second in np.arange(0, _SECONDS, 0.5):
        clicks[round(second * _RATE) :][:480] = 20_000
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clicks.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, _RATE, 0, "NONE", ""))
            file.writeframes(clicks.tobytes())
        for component, mark in _TRIES:
            keyframes_in_child(path, Fraction(12), component, mark, None, seconds=60 * _MINUTES)


if __name__ == "__main__":
    main()
