"""PNG files put together by hand, where Pillow writes none (W3C PNG, third edition)."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""Adam7, 8.1: first column and row of a pass, and the steps from there."""


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk: length, type, data, CRC (5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, depth: int, colour: int, interlaced: bool = False) -> bytes:
    """The signature and the IHDR chunk (11.2.1)."""
    ihdr = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return PNG_SIGNATURE + png_chunk(b"IHDR", ihdr)


def interlaced_png(pixels: NDArray[np.uint8]) -> bytes:
    """An RGB picture, height × width × 3, as PNG in Adam7's seven passes."""
    rows = bytearray()
    for column, row, right, down in _PASSES:
        for line in pixels[row::down, column::right]:
            rows += b"\0" + line.tobytes()
    height, width = pixels.shape[:2]
    idat = png_chunk(b"IDAT", zlib.compress(bytes(rows)))
    return png_header(width, height, 8, 2, interlaced=True) + idat + png_chunk(b"IEND", b"")
