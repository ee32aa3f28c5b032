"""Sounds of known energy."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Mono = NDArray[np.float32]
RATE = 48000


def tone(frequency: float, seconds: float, rate: int = RATE, level: float = 0.5) -> Mono:
    """A steady sine."""
    times = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * frequency * times)).astype(np.float32)


def clicks(times: list[float], seconds: float, rate: int = RATE) -> Mono:
    """Silence but for a millisecond's burst at each time."""
    sound = np.zeros(round(seconds * rate), np.float32)
    burst = np.random.default_rng(0).uniform(-0.9, 0.9, rate // 1000).astype(np.float32)
    for time in times:
        start = round(time * rate)
        sound[start : start + len(burst)] = burst[: len(sound) - start]
    return sound


def save_sound(path: Path, sound: Mono, rate: int = RATE) -> Path:
    """A sound file of the kind that its ending names."""
    codecs = {".wav": "pcm_f32le", ".flac": "flac", ".mp3": "mp3", ".ogg": "libopus"}
    codec = codecs.get(path.suffix, "aac")
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        add_sound(container, stream, sound, rate)
    return path


def add_sound(
    container: av.container.OutputContainer, stream: av.AudioStream, sound: Mono, rate: int = RATE
) -> None:
    """Encode a sound into one of a container's streams, all of it."""
    for start in range(0, len(sound), 1024):
        piece = np.ascontiguousarray(sound[None, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = rate, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
