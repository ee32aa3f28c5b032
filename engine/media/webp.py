"""Animated WebP, which FFmpeg writes but can't read.

The container is RIFF: https://developers.google.com/speed/webp/docs/riff_container
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from engine.media.images import FORMATS, check_size, image_errors


def is_webp(path: Path) -> bool:
    """Whether a file says of itself that it is WebP. False if there is no such file."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"WEBP"


def frame_times(path: Path) -> list[int]:
    """When each frame comes on, in milliseconds, and last when the last one goes.

    Read from the frames' headers, without decoding any. A still picture has one frame, and no time.
    """
    times = [0]
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            kind, size = struct.unpack("<4sI", head)
            body = file.read(min(size, 16))
            if kind == b"ANMF" and len(body) == 16:  # place 6, size 6, duration 3, flags 1
                times.append(times[-1] + int.from_bytes(body[12:15], "little"))
            file.seek(size + size % 2 - len(body), 1)
    return times if len(times) > 1 else [0, 0]


def decoded_frames(path: Path) -> Iterator[tuple[float, Image.Image]]:
    """Each frame as it is to be seen, with the second it comes on; one in memory at a time.

    MediaError if the file can't be read.
    """
    with image_errors(path):
        image = Image.open(path, formats=FORMATS)
    with image:
        check_size(image.width, image.height, path.name)
        for number in range(getattr(image, "n_frames", 1)):
            # Not around the yield: what fails there isn't this file.
            with image_errors(path):
                image.seek(number)
                image.load()
                frame = image.copy()
            yield image.info.get("timestamp", 0) / 1000, frame
