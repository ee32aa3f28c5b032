"""Animated WebP, which FFmpeg writes but can't read.

The container is RIFF: https://developers.google.com/speed/webp/docs/riff_container
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from engine.media.decoding.images import image_errors, open_image
from engine.media.decoding.source import Source


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
            times.append(times[-1] + int.from_bytes(body[12:15], "little"))
        file.seek(size + size % 2 - len(body), 1)
    return times if len(times) > 1 else [0, 0]


def decoded_frames(source: Source) -> Iterator[tuple[float, Image.Image]]:
    """Each frame as it is to be seen, with the second it comes on; one in memory at a time.

    MediaError if the file can't be read.
    """
    with open_image(source) as image:
        for number in range(getattr(image, "n_frames", 1)):
            # Not around the yield: what fails there isn't this file.
            with image_errors():
                image.seek(number)
                image.load()
                frame = image.copy()
            yield image.info.get("timestamp", 0) / 1000, frame
