"""How loud a sound is during each frame of an animation: its mel-spectrogram energy.

Frames are cut at their exact times, so that a beat counts for the frame it is heard in at any fps.
The mel scale: Slaney, Auditory Toolbox, Technical Report 1998-010, as librosa has it.
"""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, MediaFault
from engine.groups.animation import MelReduce
from engine.groups.media import AudioComponent
from engine.media import RATE
from engine.media.sound import Sound

LONGEST = 600
"""Seconds of sound that are analysed at most; splitting off a component takes a tenth of them."""
_WINDOW = 2048
_HOP = _WINDOW // 4
_BLOCK = 20
_CONTEXT = RATE
_SILENCE = 2.0**-15
"""The root mean square below which a frame is silent: one step of 16-bit sound."""
_REDUCE: dict[MelReduce, Callable[..., NDArray[np.float32]]] = {
    MelReduce.MAX: np.max,
    MelReduce.MEAN: np.mean,
    MelReduce.MEDIAN: np.median,
}

Mono = NDArray[np.float32]
"""Samples at RATE, −1 … 1."""


def loudness(
    path: Path,
    component: AudioComponent,
    reduce: MelReduce,
    fps: Fraction,
    frames: int,
    *,
    begin: float = 0.0,
) -> list[float]:
    """The energy of a file's sound while each of `frames` frames is seen: [i / fps, (i + 1) / fps).

    Each is the sum of |STFT|² over the frame in 128 mel bands, reduced over the bands; 0 where it
    is silent and after the sound's end. The sound is read from `begin` on, in seconds. MediaError
    if it can't be read or there are more than LONGEST seconds of frames.
    """
    if frames / fps > LONGEST:
        raise MediaError(
            f"{path.name}: it can drive {LONGEST // 60} minutes of animation at most, "
            f"not {float(frames / fps / 60):.1f}",
            MediaFault.TOO_LONG,
        )
    bounds = [math.ceil(index * RATE / fps) for index in range(frames + 1)]
    before = min(_CONTEXT, round(begin * RATE))
    heard = _mono(path, begin - before / RATE, before + bounds[-1] + _CONTEXT)
    sound = _component(heard, component)[before:]
    levels: list[float] = []
    for some in _blocks(bounds):
        levels += _reduced(_cut(sound, some), reduce)
    return levels


def _mono(path: Path, begin: float, count: int) -> Mono:
    with Sound(path, begin) as sound:
        sizes = [min(RATE, count - start) for start in range(0, count, RATE)]
        return np.concatenate([sound.read(size).mean(axis=0) for size in sizes])


def _component(sound: Mono, component: AudioComponent) -> Mono:
    """What is percussive or harmonic in a sound, found out a block at a time with its surroundings.

    Median filtering of the spectrogram: Fitzgerald, DAFx-10 (2010), as librosa has it.
    """
    if component is AudioComponent.BOTH:
        return sound
    from librosa import effects  # type: ignore[attr-defined]

    part = getattr(effects, component)
    block = _BLOCK * RATE
    pieces = []
    for start in range(0, len(sound), block):
        before = min(start, _CONTEXT)
        piece = part(sound[start - before : start + block + _CONTEXT])
        pieces.append(piece[before : before + block])
    return np.concatenate(pieces)


def _blocks(bounds: list[int]) -> Iterator[list[int]]:
    """The bounds of frames, about a block's length of them at a time; the last begins the next."""
    count = max(1, _BLOCK * RATE // (bounds[1] - bounds[0]))
    for start in range(0, len(bounds) - 1, count):
        yield bounds[start : start + count + 1]


def _cut(sound: Mono, bounds: list[int]) -> Mono:
    """Each frame's samples amid silence, so that all of them weigh the same in the spectrum."""
    sizes = np.diff(bounds)
    pieces = np.zeros((len(sizes), int(sizes.max()) + 2 * _WINDOW), np.float32)
    for row, start, size in zip(pieces, bounds, sizes, strict=False):
        samples = sound[start : start + size]
        if np.sqrt(np.square(samples).mean()) >= _SILENCE:
            row[_WINDOW : _WINDOW + size] = samples
    return pieces


def _reduced(pieces: Mono, reduce: MelReduce) -> list[float]:
    from librosa.feature import melspectrogram

    bands = melspectrogram(
        y=pieces, sr=RATE, n_fft=_WINDOW, hop_length=_HOP, center=False, n_mels=128
    ).sum(axis=-1)
    return cast(list[float], _REDUCE[reduce](bands, axis=-1).astype(float).tolist())
