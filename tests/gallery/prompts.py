"""What is asked for in scenes: prompts, and a song."""

import io
import wave

import numpy as np

from tests.support.songs import RATE, Song

CIRCLE_TO_STAR = "0: a red circle on a white background | 24: a blue star on a night sky"
TREE_TO_TREE = (
    "0: a green tree in the meadow | 24: a yellow house at sunset | 48: a green tree in the meadow"
)
FLOWER_TO_BOAT = "0: a pink flower in the meadow | 120: a yellow boat at sunset"
HOUSES = "0: a purple house in the snow | 48: a green tree in the meadow"


def wave_file() -> bytes:
    """Some bars of a song as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as song:
        song.setnchannels(1)
        song.setsampwidth(2)
        song.setframerate(RATE)
        song.writeframes((Song(bpm=100, bars=2).sound[:-RATE] * 32_000).astype(np.int16).tobytes())
    return file.getvalue()
