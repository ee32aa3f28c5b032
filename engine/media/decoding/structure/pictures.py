"""PNG's chunks, JPEG's segments, GIF's blocks and TIFF's directory.

W3C PNG, 5; ITU-T T.81, B.1; GIF89a, 15 to 27; TIFF 6.0, section 2.
"""

import struct
from typing import BinaryIO

from engine.media.decoding.structure.walk import MOST_PARTS, read_at, size_of

_IMAGE, _EXTENSION, _GRAPHIC_CONTROL = b",", b"!", b"\xf9"


def png_ends_early(file: BinaryIO) -> bool:
    """Whether a picture ends before its last chunk."""
    place, end = 8, size_of(file)
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 8)
        if len(head) < 8:
            return True
        size, kind = struct.unpack(">I4s", head)
        place += 12 + size
        if place > end or kind == b"IEND" or not kind.isalpha():
            return place > end and bool(kind.isalpha())
    return False


def jpeg_ends_early(file: BinaryIO) -> bool:
    """Whether a picture ends before its pixels begin. Decoders tell of those that are missing."""
    place, end = 2, size_of(file)
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 4)
        if head[:1] not in (b"", b"\xff") or head[1:2] == b"\xda":
            return False
        place += 1 if head[1:2] == b"\xff" else 2 + int.from_bytes(head[2:], "big")
        if place + 2 > end:
            return True
    return False


def gif_ends_early(file: BinaryIO) -> bool:
    """Whether a picture ends within a block. That it lacks the trailer alone does no harm."""
    head = read_at(file, 0, 13)
    if len(head) < 13:
        return True
    file.seek(13 + _colours(head[10]))
    due = True
    for _ in range(MOST_PARTS):
        kind = file.read(1)
        if kind == _IMAGE:
            place = file.read(9)
            if len(place) == 9:
                file.seek(_colours(place[8]) + 1, 1)
            due = False
        elif kind == _EXTENSION:
            label = file.read(1)
            due = due or label == _GRAPHIC_CONTROL  # which says how the next frame is shown
        else:
            return due and not kind
        if not _skip_blocks(file):
            return True
    return False


def tiff_ends_early(file: BinaryIO) -> bool:
    """Whether a picture ends before the end of its first directory."""
    head, end = read_at(file, 0, 16), size_of(file)
    order = "<" if head[:2] == b"II" else ">"
    if head[2:4] in (b"+\0", b"\0+"):  # BigTIFF
        place, count, entry = f"{order}8xQ", f"{order}Q", 20
    else:
        place, count, entry = f"{order}4xI", f"{order}H", 12
    if len(head) < struct.calcsize(place):
        return True
    directory = struct.unpack_from(place, head)[0]
    head = read_at(file, directory, 8) if directory < end else b""
    if len(head) < 8:
        return True
    return bool(directory + struct.unpack_from(count, head)[0] * entry > end)


def _colours(flags: int) -> int:
    """The length of a table of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(file: BinaryIO) -> bool:
    """Skip blocks of data up to the empty one that ends them. False if the file ends before."""
    for _ in range(MOST_PARTS):
        size = file.read(1)
        if size in (b"", b"\0"):
            return bool(size)
        if len(file.read(size[0])) < size[0]:
            return False
    return True
