"""Chunks of WAV, AVI and WebP (RIFF), of RF64, Wave64, AIFF and Core Audio files.

Multimedia Programming Interface 1.0; EBU Tech 3306; Sony Wave64; AIFF 1.3; Core Audio Format 1.0.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from engine.media.decoding.structure.walk import MOST_PARTS, Part, read_at, size_of

_OPEN = 0x7FFF0000
"""Lengths from here on, and 0, are written where the end isn't known yet, into a pipe say."""
_SLACK = 8
"""Bytes that programs are known to count too many."""
_FORMS = frozenset((b"RIFF", b"RIFX", b"RF64", b"BW64", b"FORM"))
_SOUND = frozenset((b"data", b"SSND"))
_FRAMES = frozenset((b"movi", b"idx1"))


def sound_ends_early(file: BinaryIO) -> bool:
    """Whether a WAV or AIFF file ends before its samples do."""
    return _ends_before(file, _SOUND)


def film_ends_early(file: BinaryIO) -> bool:
    """Whether an AVI file ends before its frames or their index do."""
    return _ends_before(file, _FRAMES)


def picture_ends_early(file: BinaryIO) -> bool:
    """Whether a WebP picture ends early (RFC 9649, 2.4: the file's length without 8 bytes)."""
    length = int.from_bytes(read_at(file, 4, 4), "little")
    return length + 8 - length % 2 > size_of(file)


def webp_size(file: BinaryIO) -> tuple[int, int]:
    """A WebP picture's width and height (RFC 9649, 2.5 to 2.7)."""
    head = read_at(file, 0, 30)
    kind, field = head[12:16], head[20:]
    if kind == b"VP8X":
        width, height = field[4:7], field[7:10]
        return 1 + int.from_bytes(width, "little"), 1 + int.from_bytes(height, "little")
    if kind == b"VP8L":
        bits = int.from_bytes(field[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = field[6:8], field[8:10]
    return int.from_bytes(width, "little") & 0x3FFF, int.from_bytes(height, "little") & 0x3FFF


def wave64_ends_early(file: BinaryIO) -> bool:
    """Whether a Wave64 file ends before its samples do. Lengths count their header too."""
    place, end = 40, size_of(file)
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 24)
        size = int.from_bytes(head[16:], "little")
        if len(head) < 24 or size < 24:
            break
        if head.startswith(b"data"):
            return place + size > end + _SLACK and size < 1 << 62
        place += size + -size % 8
    return False


def core_audio_ends_early(file: BinaryIO) -> bool:
    """Whether a Core Audio file ends before its samples do. A length of −1 is open."""
    place, end = 8, size_of(file)
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 12)
        if len(head) < 12:
            break
        kind, size = struct.unpack(">4sq", head)
        if kind == b"data" or size < 0:
            return place + 12 + int(size) > end + _SLACK
        place += 12 + size
    return False


def _ends_before(file: BinaryIO, kinds: frozenset[bytes]) -> bool:
    """Whether chunks of these kinds end after the file, or should still follow."""
    end, found, reached = size_of(file), False, 0
    for chunk in _chunks(file):
        if chunk.kind in kinds and chunk.end > end + _SLACK:
            return True
        found, reached = found or chunk.kind in kinds, chunk.end
    return not found and reached > end


def _chunks(file: BinaryIO) -> Iterator[Part]:
    """The chunks inside the forms that a file begins with, lists by their type; open ones end."""
    place, end, long = 0, size_of(file), 0
    order = ">" if read_at(file, 0, 4) in (b"FORM", b"RIFX") else "<"
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 12)
        if len(head) < 8:
            return
        kind, size = struct.unpack(f"{order}4sI", head[:8])
        begin = place + 8
        if kind in _FORMS:
            place = begin + 4
            continue
        if kind == b"ds64":
            long = int.from_bytes(read_at(file, begin + 8, 8), "little")
        if size >= _OPEN or (not size and kind in _SOUND):
            size = long if kind == b"data" and 0 < long < 1 << 62 else max(0, end - begin)
        yield Part(head[8:] if kind == b"LIST" else kind, begin, begin + size)
        place = begin + size + size % 2
