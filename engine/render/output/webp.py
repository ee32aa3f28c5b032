"""Animated WebP: all colours, for where a picture is wanted and a video can't be.

The container is written here, as FFmpeg's can't say how long the last picture is shown: chunks of
four letters, a length and content (developers.google.com/speed/webp/docs/riff_container).
"""

import struct
from fractions import Fraction
from io import BytesIO
from pathlib import Path

from PIL import Image

from engine.media import Picture
from engine.render.output.timed import WEBP_CLOCK, TimedFile

QUALITY = 85
EFFORT = 4
"""Of 0 to 6; more is slower by multiples and smaller by a few percent."""
ANIMATED = 2
OVERWRITE = 2
"""Put a picture in place of the one before instead of blending it in."""
RIFF_HEADER = 12


class WebpEncoder(TimedFile):
    """Writes frames that loop for ever. Each comes on at its exact time, to the millisecond."""

    def __init__(
        self,
        path: Path,
        fps: Fraction,
        width: int,
        height: int,
        *,
        quality: int = QUALITY,
        every: int = 1,
    ) -> None:
        super().__init__(path, fps, WEBP_CLOCK, every)
        self._quality = quality
        self._size = _three(width - 1) + _three(height - 1)
        background, loops = 0, 0
        self._file.write(b"RIFF\0\0\0\0WEBP")
        self._file.write(_chunk(b"VP8X", struct.pack("<B3x", ANIMATED) + self._size))
        self._file.write(_chunk(b"ANIM", struct.pack("<IH", background, loops)))

    def write(self, picture: Picture, ticks: int) -> None:
        """Append a picture that is shown for so many milliseconds."""
        still = BytesIO()
        Image.fromarray(picture).save(still, "WEBP", quality=self._quality, method=EFFORT)
        place = _three(0) + _three(0)
        shown = _three(ticks) + bytes([OVERWRITE])
        content = still.getvalue()[RIFF_HEADER:]
        self._file.write(_chunk(b"ANMF", place + self._size + shown + content))

    def end(self) -> None:
        """Write the length of the whole into its beginning."""
        length = self._file.tell() - 8
        self._file.seek(4)
        self._file.write(struct.pack("<I", length))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
