"""Clips whose every frame shows its number."""

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engine.groups.output import Format
from engine.media import Picture
from engine.render.output.encoders import open_encoder

WIDTH, HEIGHT, BITS = 64, 48, 8


def numbered(number: int) -> Picture:
    """A picture with `number` on it, as white and black stripes for its binary digits."""
    stripes = [255 * (number >> bit & 1) for bit in range(BITS)]
    return np.repeat(
        np.tile(np.repeat(stripes, WIDTH // BITS), (HEIGHT, 1))[..., None], 3, 2
    ).astype(np.uint8)


def number_of(picture: Picture) -> int:
    """The number a picture shows."""
    middle = picture[HEIGHT // 2, WIDTH // BITS // 2 :: WIDTH // BITS, 0]
    return sum(1 << bit for bit, level in enumerate(middle) if level > 127)


def save_clip(
    path: Path,
    pictures: Iterable[Picture],
    fps: Fraction = Fraction(10),
    times: Sequence[int] | None = None,
    codec: str = "libx264",
    **options: str,
) -> Path:
    """A clip of any pictures; `times`, in milliseconds, instead of `fps` make its rate vary."""
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=fps, options={"crf": "10", **options})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        if times:
            stream.codec_context.time_base = Fraction(1, 1000)
        for place, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if times:
                frame.pts, frame.time_base = times[place], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def numbered_clip(path: Path, count: int, fps: Fraction = Fraction(10)) -> Path:
    """A clip of `count` numbered frames, of the kind that its ending names."""
    if path.suffix not in (".gif", ".webp"):
        return save_clip(path, map(numbered, range(count)), fps)
    with open_encoder(path, Format(path.suffix[1:]), fps, WIDTH, HEIGHT) as encoder:
        for number in range(count):
            encoder.add(numbered(number))
    return path


def turn_clip(path: Path) -> None:
    """Note in the file, as a phone does, that it is to be shown a quarter turn clockwise."""
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    one = 0x10000
    content[matrix : matrix + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 0x40000000)
    path.write_bytes(content)
