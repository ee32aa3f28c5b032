"""Animated WebP, which FFmpeg writes but can't read.

The container is RIFF: https://developers.google.com/speed/webp/docs/riff_container
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from engine.media.decoding.images import image_errors, open_image
from engine.media.decoding.source import Source

_UNTOLD, _DEFAULT = 10, 100
"""Milliseconds: up to so many mean nothing, and browsers show such a frame for so long instead."""


def is_webp(source: Source) -> bool:
    """Whether a file is WebP."""
    return source.format.pillow == "WEBP"


def frame_times(file: BinaryIO) -> list[int]:
    """When each frame comes on, in milliseconds, and last when the last one goes.

    Read from the frames' headers, without decoding any. A still picture has one frame, and no time.
    """
    times = [0]
    file.seek(12)
    while len(head := file.read(8)) == 8:
        kind, size = struct.unpack("<4sI", head)
        body = file.read(min(size, 16))
        if kind == b"ANMF" and len(body) == 16:  # place 6, size 6, duration 3, flags 1
            duration = int.from_bytes(body[12:15], "little")
            times.append(times[-1] + (duration if duration > _UNTOLD else _DEFAULT))
        file.seek(size + size % 2 - len(body), 1)
    return times if len(times) > 1 else [0, 0]


def decoded_frames(source: Source) -> Iterator[tuple[float, Image.Image]]:
    """Each frame as it is to be seen, with the second it comes on; one in memory at a time.

    MediaError if the file can't be read.
    """
    times = frame_times(source.file)
    with open_image(source) as image:
        for number in range(getattr(image, "n_frames", 1)):
            # Not around the yield: what fails there isn't this file.
            with image_errors(source.limits):
                image.seek(number)
                image.load()
                frame = image.copy()
            yield times[min(number, len(times) - 1)] / 1000, frame
