"""Finished animations, read back frame by frame."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from PIL import Image, ImageSequence

from engine.errors import RenderError
from engine.media import Picture
from engine.render.output.timed import GIF_CLOCK, WEBP_CLOCK, Clock


def played_frames(path: Path, fps: Fraction) -> Iterator[Picture]:
    """The frames of a file that the encoders wrote at `fps`, as many as they were given.

    One that the file leaves out is the one before it again. Only one is in memory at a time.
    RenderError if the file can't be read.
    """
    with _reading():
        match path.suffix:
            case ".mp4":
                yield from _film(path)
            case ".gif":
                yield from _pictures(path, fps, GIF_CLOCK)
            case ".webp":
                yield from _pictures(path, fps, WEBP_CLOCK)


def _film(path: Path) -> Iterator[Picture]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)


def _pictures(path: Path, fps: Fraction, clock: Clock) -> Iterator[Picture]:
    """Each picture for as many frames as come on while it is shown."""
    count = end = 0
    with Image.open(path) as image:
        for picture in ImageSequence.Iterator(image):
            pixels: Picture = np.asarray(picture.convert("RGB"), np.uint8)
            end += round(picture.info["duration"] * clock.ticks / 1000)
            while clock.at(count, fps) < end:
                yield pixels
                count += 1


def frame_count(path: Path) -> int:
    """How many frames a file has, without those that its format leaves out."""
    if path.suffix == ".mp4":
        with _reading(), av.open(str(path)) as container:
            return container.streams.video[0].frames
    with _reading(), Image.open(path) as image:
        return int(getattr(image, "n_frames", 1))


class Parts(NamedTuple):
    """What a file's bytes are for: `whole` pictures, and `changed` ones that need those before."""

    whole: int
    changed: int
    sound: int
    rest: int

    @property
    def pictures(self) -> int:
        """Bytes of all pictures."""
        return self.whole + self.changed


def measure(path: Path) -> Parts:
    """The sizes of a file's parts; all of a GIF or a WebP counts as whole pictures."""
    size = path.stat().st_size
    if path.suffix != ".mp4":
        return Parts(size, 0, 0, 0)
    whole = changed = sound = 0
    with _reading(), av.open(str(path)) as container:
        for packet in container.demux():
            if packet.stream.type == "audio":
                sound += packet.size
            elif packet.is_keyframe:
                whole += packet.size
            else:
                changed += packet.size
    return Parts(whole, changed, sound, size - whole - changed - sound)


@contextmanager
def _reading() -> Iterator[None]:
    """The libraries' errors inside become RenderError."""
    try:
        yield
    except (OSError, av.FFmpegError) as error:
        raise RenderError("the animation can't be read back: its file is damaged") from error
