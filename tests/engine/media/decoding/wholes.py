"""Whole files of every kind, and live recordings."""

from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
import pytest
from PIL import Image

from engine.errors import MediaError, MediaFault
from tests.engine.media.clips import HEIGHT, WIDTH, numbered, numbered_clip, save_clip
from tests.engine.media.decoding.looking import Pipe, look_at
from tests.engine.media.sounds import add_sound, save_sound, tone

CODECS = {"webm": "libvpx-vp9", "avi": "mpeg4", "mpg": "mpeg2video", "flv": "flv"}
PCM = {"aiff": "pcm_s16be", "caf": "pcm_s16be", "w64": "pcm_s16le"}
FILMS = ["mp4", "mov", "mkv", "webm", "avi", "flv", "asf", "ts", "mpg"]
SOUNDS = ["wav", "w64", "aiff", "caf", "flac", "ogg", "m4a", "mp3", "aac"]
PICTURES = ["png", "jpg", "webp", "gif", "bmp", "tiff", "avif"]
MOVING = ["gif", "webp"]


@cache
def whole(name: str) -> bytes:
    """A film, a sound or a picture of the kind that the name's ending tells."""
    ending = name.rpartition(".")[2]
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        if ending in FILMS:
            codec = CODECS.get(ending, "libx264")
            save_clip(path, map(numbered, range(12)), Fraction(25), codec=codec)
        elif ending in ("aiff", "caf", "w64"):
            with av.open(path, "w") as container:
                stream = container.add_stream(PCM[ending], rate=48000, layout="mono")
                add_sound(container, stream, tone(440, 2))
        elif ending in SOUNDS:
            save_sound(path, tone(440, 2))
        elif name.startswith("moving"):
            numbered_clip(path, 12)
        else:
            pixels = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
            Image.fromarray(pixels).save(path)
        return path.read_bytes()


NAMES = [
    *(f"film.{ending}" for ending in FILMS),
    *(f"sound.{ending}" for ending in SOUNDS),
    *(f"picture.{ending}" for ending in PICTURES),
    *(f"moving.{ending}" for ending in MOVING),
]


def refused(content: bytes, fault: MediaFault = MediaFault.TRUNCATED) -> str:
    """How a file of this content is refused."""
    with pytest.raises(MediaError) as caught:
        look_at(content)
    assert caught.value.fault is fault
    return str(caught.value)


def recorded_live(form: str, codec: str) -> bytes:
    """What a program makes that can't go back to write how long it is."""
    pipe = Pipe()
    with av.open(pipe, "w", format=form) as container:
        if codec.startswith("lib"):
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            for number in range(12):
                picture = av.VideoFrame.from_ndarray(numbered(number), format="rgb24")
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        else:
            stream = container.add_stream(codec, rate=48000, layout="mono")
            add_sound(container, stream, tone(440, 1))
    return bytes(pipe.content)
