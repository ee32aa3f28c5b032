"""What is listened to in a file's sound: its two sides as one, and one component of it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.groups.media import AudioComponent
from engine.media.sound import RATE, Sound

LONGEST = 600
"""Seconds of sound that are analysed at most; splitting off a component takes a tenth of them."""
BLOCK = 20
"""Seconds that are analysed at a time, so that memory doesn't grow with a sound's length."""
CONTEXT = 1
"""Seconds before and after a block that the splitting of its sound depends on."""

Mono = NDArray[np.float32]
"""Samples, −1 … 1."""


def read_mono(path: Path, begin: float, count: int) -> Mono:
    """`count` samples at the engine's rate, from `begin` on, in seconds; silence after the end.

    MediaError if the file has no sound or can't be decoded.
    """
    sound = np.empty(count, np.float32)
    with Sound(path, begin) as source:
        for start in range(0, count, RATE):
            piece = sound[start : start + RATE]
            source.read(len(piece)).mean(axis=0, out=piece)
    return sound


def component_of(sound: Mono, component: AudioComponent, rate: int) -> Mono:
    """What is percussive or harmonic in a sound, found out a block at a time with its surroundings.

    Median filtering of the spectrogram: Fitzgerald, DAFx-10 (2010), as librosa has it.
    """
    if component is AudioComponent.BOTH:
        return sound
    from librosa import effects  # type: ignore[attr-defined]

    part = getattr(effects, component)
    block, context = BLOCK * rate, CONTEXT * rate
    pieces = []
    for start in range(0, len(sound), block):
        before = min(start, context)
        piece = part(sound[start - before : start + block + context])
        pieces.append(piece[before : before + block])
    return np.concatenate(pieces)
