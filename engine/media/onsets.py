"""Where in a sound something begins: its keyframes for an animation.

Onsets and beats as librosa finds them, in the rise of the mel spectrogram's level from one moment
to the next (Böck & Widmer, DAFx-13 (2013); Ellis, Journal of New Music Research 36 (2007)), brought
to the stroke they are at, where it is one.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, MediaFault
from engine.groups.media import AudioComponent
from engine.media import RATE
from engine.media.attacks import attack
from engine.media.hearing import BLOCK, CONTEXT, LONGEST, Mono, component_of, read_mono
from engine.media.keyframes import Mark, SoundKeyframes
from engine.media.sound import sound_seconds

_RATE = RATE // 2
"""Samples a second that are analysed; nothing that is heard begins above 12 kHz alone."""
_HOP = 128
"""Samples from one moment to the next: 5 ms, a third of a frame at 60 fps."""
_WINDOW = 1024
_BANDS = 80
_COARSE = 4
"""Moments that are one for the rough tempo."""
_LAG, _NEIGHBOURS = 3, 3
"""Moments and bands back to which a rise is measured: a note that slides a little doesn't begin."""
_LEAST, _LEAST_PART, _LEAST_NOISE = 0.5, 0.07, 2.5
"""Decibels, parts of the strong rises and times the usual one by which an onset is above those
around it: what nobody hears, what is drowned, and what noise does of itself."""
_LEAST_BEATS = 4
_LATE = 0.010
"""Seconds by which a rise is found after its beginning."""
_EARLY = 0.001
"""Seconds before a frame that are still taken for its beginning."""

Level = NDArray[np.float32]
"""Decibels: bands × moments."""
Strength = NDArray[np.float32]
"""By how many decibels a sound rises at each moment, the mean of all bands."""


def find_keyframes(
    path: Path, fps: Fraction, component: AudioComponent, mark: Mark
) -> SoundKeyframes:
    """The frames at `fps` in which a note or a stroke begins in a file's sound, or its beats.

    MediaError if it has no sound, can't be decoded or is longer than LONGEST seconds.
    """
    seconds = sound_seconds(path)
    if seconds > LONGEST:
        raise MediaError(
            f"{path.name}: it is {float(seconds / 60):.1f} minutes long; "
            f"keyframes are found in {LONGEST // 60} minutes at most",
            MediaFault.TOO_LONG,
        )
    sound = _read(path, seconds)
    level = _level(component_of(sound, component, _RATE))[:, : math.ceil(seconds * _RATE / _HOP)]
    onsets = [time for time in _times(_onsets(level), sound) if time < seconds]
    beats: list[float] = []
    if len(onsets) >= _LEAST_BEATS:
        beats = [time for time in _times(_beats(level), sound) if time < seconds]
    times = beats if mark is Mark.BEATS else onsets
    frames = math.ceil(seconds * fps)
    found = {min(math.floor((time + _EARLY) * fps), frames - 1) for time in times}
    return SoundKeyframes(
        fps=fps,
        seconds=seconds,
        frames=frames,
        keyframes=tuple(sorted({0, *found, frames - 1})),
        tempo=_tempo(beats),
    )


def _read(path: Path, seconds: Fraction) -> Mono:
    """The sound and some silence after it, so that it isn't cut off while it is heard."""
    from librosa import resample

    heard = read_mono(path, 0.0, math.ceil((seconds + CONTEXT) * RATE))
    resampled: Mono = resample(heard, orig_sr=RATE, target_sr=_RATE)
    return resampled


def _level(sound: Mono) -> Level:
    from librosa import power_to_db
    from librosa.feature import melspectrogram

    padded, block = np.pad(sound, _WINDOW // 2), BLOCK * _RATE // _HOP * _HOP
    power = [
        melspectrogram(
            y=padded[start : start + block + _WINDOW - _HOP],
            sr=_RATE,
            n_fft=_WINDOW,
            hop_length=_HOP,
            center=False,
            n_mels=_BANDS,
        )
        for start in range(0, len(sound), block)
    ]
    level: Level = power_to_db(np.concatenate(power, axis=1), amin=1e-6)
    return level


def _rises(level: Level, lag: int, neighbours: int) -> Strength:
    """By how much the level is above that of `lag` moments before in the `neighbours` bands."""
    from librosa.onset import onset_strength

    strength: Strength = onset_strength(
        S=level, sr=_RATE, n_fft=_WINDOW, hop_length=_HOP, lag=lag, max_size=neighbours
    )
    return strength


def _onsets(level: Level) -> Sequence[int]:
    """The moments at which a rise is at its strongest."""
    from librosa.onset import onset_detect

    strength = _rises(level, _LAG, _NEIGHBOURS)
    strong, usual = np.percentile(strength, (99, 50))
    least = max(_LEAST, _LEAST_PART * strong, _LEAST_NOISE * usual)
    found: Sequence[int] = onset_detect(
        onset_envelope=strength, sr=_RATE, hop_length=_HOP, delta=float(least), normalize=False
    )
    return found


def _beats(level: Level) -> Sequence[int]:
    """The moments at which the steady beat falls."""
    from librosa.beat import beat_track

    strength = _rises(level, 1, 1)
    found: Sequence[int] = beat_track(
        onset_envelope=strength, sr=_RATE, hop_length=_HOP, bpm=_rough_tempo(strength)
    )[1]
    return found


def _rough_tempo(strength: Strength) -> float:
    """Beats a minute, by how alike the rises are to those some time before."""
    from librosa.feature import tempo, tempogram

    rate, hop = _RATE // _COARSE, _HOP
    coarse = strength[: len(strength) // _COARSE * _COARSE].reshape(-1, _COARSE).mean(axis=1)
    block = BLOCK * rate // hop
    alike = [
        tempogram(onset_envelope=coarse[start : start + block], sr=rate, hop_length=hop).sum(axis=1)
        for start in range(0, len(coarse), block)
    ]
    mean = np.sum(alike, axis=0) / len(coarse)
    return float(tempo(tg=mean[:, None], sr=rate, hop_length=hop)[0])


def _times(moments: Sequence[int], sound: Mono) -> list[float]:
    """When moments are, in seconds: the stroke's own beginning, if there is one."""
    times = []
    for moment in moments:
        about = float(moment) * _HOP / _RATE
        begin = attack(sound, _RATE, about)
        times.append(max(0.0, about - _LATE) if begin is None else begin)
    return times


def _tempo(beats: Sequence[float]) -> float | None:
    """Beats a minute on average."""
    if len(beats) < _LEAST_BEATS:
        return None
    return 60 * (len(beats) - 1) / (beats[-1] - beats[0])
