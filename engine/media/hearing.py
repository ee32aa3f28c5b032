"""What is listened to in a file's sound: both sides as one, and a component of it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.groups.media import AudioComponent
from engine.media import RATE
from engine.media.sound import Sound

LONGEST = 600
"""Seconds of sound that are analysed at most; splitting off a component takes a tenth of them."""
BLOCK = 20
"""Seconds that are analysed at a time, so that memory doesn't grow with a sound's length."""
CONTEXT = 1
"""Seconds before and after a block that the splitting of its sound depends on."""
_MEDIAN = 31
"""Levels of which the median is taken."""

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

    Median filtering of the spectrogram: Fitzgerald, DAFx-10 (2010), as librosa has it by default.
    """
    if component is AudioComponent.BOTH:
        return sound
    block, context = BLOCK * rate, CONTEXT * rate
    part = np.empty_like(sound)
    for start in range(0, len(sound), block):
        before = min(start, context)
        piece = _part(sound[start - before : start + block + context], component)
        part[start : start + block] = piece[before : before + block]
    return part


def _part(sound: Mono, component: AudioComponent) -> Mono:
    from librosa import istft, stft
    from librosa.util import softmask

    spectrum = stft(sound)
    levels = np.abs(spectrum)
    harmonic, percussive = _medians(levels), _medians(levels.T).T
    wanted, other = harmonic, percussive
    if component is AudioComponent.PERCUSSIVE:
        wanted, other = percussive, harmonic
    mask = softmask(wanted, other, power=2, split_zeros=True)
    part: Mono = istft(spectrum * mask, length=len(sound))
    return part


def _medians(levels: Mono) -> Mono:
    """The median around each level in its row.

    All rows are one to scipy, which filters a single row a dozen times as fast as a picture.
    """
    from scipy.ndimage import median_filter

    margin = _MEDIAN // 2
    rows = np.pad(levels, ((0, 0), (margin, margin)), mode="symmetric")
    medians: Mono = median_filter(rows.ravel(), _MEDIAN).reshape(rows.shape)[:, margin:-margin]
    return medians
