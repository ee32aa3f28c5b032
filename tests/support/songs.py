"""A song that is played by arithmetic: drums, a bass and chords, at known times."""

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
_BASS = (55.0, 43.65, 65.41, 49.0)
"""Hertz, the root of each bar's chord."""

Wave = NDArray[np.float64]


class Song:
    """Bars of four beats; a kick and a snare by turns, hats on every half beat.

    `sound` is its samples at RATE; `strokes` and `notes` tell when the drums are struck and when
    the bass or a chord begins, in seconds, in order.
    """

    def __init__(self, bpm: float, bars: int) -> None:
        self._beat = 60 / bpm
        self._random = np.random.default_rng(0)
        self._mix = np.zeros(round((4 * bars * self._beat + 1) * RATE))
        self.strokes = [half * self._beat / 2 for half in range(8 * bars)]
        self.notes = sorted(
            (4 * bar + beat) * self._beat for bar in range(bars) for beat in (0, 0.75, 1.5, 2, 3)
        )
        for place, time in enumerate(self.strokes):
            self._play(time, self._hat())
            if place % 2 == 0:
                self._play(time, self._snare() if place % 4 else self._kick())
        for place, time in enumerate(self.notes):
            root = _BASS[place // 5 % len(_BASS)]
            self._play(time, _note(2 * root, 0.6 * self._beat, 0.25))
            if place % 5 in (0, 3):
                for ratio in (1, 5 / 4, 3 / 2):
                    self._play(time, _note(4 * root * ratio, 1.9 * self._beat, 0.05))
        self.sound = (0.8 * self._mix / np.abs(self._mix).max()).astype(np.float32)

    def _play(self, time: float, wave: Wave) -> None:
        part = self._mix[round(time * RATE) :][: len(wave)]
        part += wave[: len(part)]

    def _kick(self) -> Wave:
        times = _times(0.35)
        hertz = 50 + 110 * np.exp(-times / 0.03)
        return 0.9 * np.sin(2 * np.pi * np.cumsum(hertz) / RATE) * _struck(times, 0.12)

    def _snare(self) -> Wave:
        times = _times(0.25)
        rattle = self._random.normal(0, 0.5, len(times)) * _struck(times, 0.07)
        return 0.5 * rattle + 0.25 * np.sin(2 * np.pi * 190 * times) * _struck(times, 0.09)

    def _hat(self) -> Wave:
        times = _times(0.08)
        hiss = np.diff(self._random.normal(0, 0.5, len(times) + 1))
        return 0.22 * hiss * _struck(times, 0.02)


def _times(seconds: float) -> Wave:
    return np.arange(round(seconds * RATE)) / RATE


def _struck(times: Wave, decay: float) -> Wave:
    return np.minimum(1, times / 0.001) * np.exp(-times / decay) * _fading(times)


def _fading(times: Wave) -> Wave:
    """So smoothly that no end is a click."""
    return np.cos(np.pi / 2 * times / times[-1]) ** 2


def _note(hertz: float, seconds: float, level: float) -> Wave:
    times = _times(seconds)
    wave = sum(np.sin(2 * np.pi * hertz * k * times) / k**1.5 for k in range(1, 7))
    return level * wave * np.minimum(1, times / 0.01) * _fading(times)
