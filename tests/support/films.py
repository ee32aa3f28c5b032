"""Small films and sounds with known content."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

RATE = 48_000


def film(path: Path, frames: int, fps: Fraction, size: tuple[int, int]) -> Path:
    """A plain grey film that brightens from 40 by 10 a frame, with a tone of the same length."""
    width, height = size
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=fps, width=width, height=height, pix_fmt="yuv420p")
        sound = file.add_stream("aac", rate=RATE, layout="mono")
        for number in range(frames):
            level = min(255, 40 + 10 * number)
            picture = np.full((height, width, 3), level, np.uint8)
            file.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(video.encode(None))
        tone = 0.5 * np.sin(np.arange(round(RATE * frames / fps)) * 440 * 2 * np.pi / RATE)
        _add(file, sound, tone)
    return path


def click_track(path: Path, seconds: float, clicks: list[float]) -> Path:
    """Silence with a short burst of noise at each of the given seconds."""
    samples = np.zeros(round(seconds * RATE))
    burst = np.random.default_rng(0).uniform(-0.8, 0.8, RATE // 50)
    for click in clicks:
        start = round(click * RATE)
        samples[start : start + len(burst)] = burst
    with av.open(str(path), "w") as file:
        _add(file, file.add_stream("pcm_s16le", rate=RATE, layout="mono"), samples)
    return path


def _add(file: av.container.OutputContainer, stream: av.AudioStream, samples: np.ndarray) -> None:
    frame = av.AudioFrame.from_ndarray(
        (samples * 32767).astype(np.int16)[None], format="s16", layout="mono"
    )
    frame.sample_rate = RATE
    file.mux(stream.encode(frame))
    file.mux(stream.encode(None))
