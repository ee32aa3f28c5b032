"""Files that are nothing but packets, one after another: Ogg, Flash video, MPEG, FLAC's beginning.

RFC 3533, 6; Flash Video File Format 10.1, E; ISO 13818-1, 2.4.3.2 and 2.5.3; RFC 9639, 8.
"""

from typing import BinaryIO

from engine.media.decoding.structure.walk import MOST_PARTS, read_at, size_of

_TAGS = {8, 9, 18}
"""Kinds of Flash tags: sound, picture, data."""
_PACK = 0xBA


def ogg_ends_early(file: BinaryIO) -> bool:
    """Whether a file ends within a page, or with a page whose last packet goes on in the next.

    Many recordings lack the flag that marks a stream's last page.
    """
    place, end, goes_on = 0, size_of(file), False
    for _ in range(MOST_PARTS):
        if place == end:
            return goes_on
        head = read_at(file, place, 27 + 255)
        if not b"OggS".startswith(head[:4]):
            return False
        lengths = head[27 : 27 + head[26]] if len(head) >= 27 else b""
        if len(head) < 27 or len(lengths) < head[26]:
            return True
        # Other streams' pages may come between, but only before it goes on.
        goes_on = lengths[-1:] == b"\xff"
        place += 27 + len(lengths) + sum(lengths)
        if place > end:
            return True
    return False


def flash_ends_early(file: BinaryIO) -> bool:
    """Whether a file ends within a tag."""
    end = size_of(file)
    place = int.from_bytes(read_at(file, 5, 4), "big") + 4
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 11)
        if not head or head[0] & 31 not in _TAGS:
            return False
        place += 11 + int.from_bytes(head[1:4], "big")
        if place > end:
            return True
        place += 4  # the tag's length once more
    return False


def transport_ends_early(file: BinaryIO) -> bool:
    """Whether a broadcast ends within a packet: of 188 bytes, or of 192 on a disc."""
    size = 188 if read_at(file, 0, 1) == read_at(file, 188, 1) == b"G" else 192
    end = size_of(file)
    rest = read_at(file, end - end % size, size)
    return rest[size - 188 :][:1] == b"G"


def program_ends_early(file: BinaryIO) -> bool:
    """Whether an MPEG program stream ends within a packet."""
    place, end = 0, size_of(file)
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 14)
        if len(head) < 6 or head[:3] != b"\0\0\1":
            return False
        if head[3] == _PACK:
            is_second = head[4] >> 6 == 1
            place += 14 + (head[-1] & 7) if is_second else 12
        elif head[3] > _PACK:
            place += 6 + int.from_bytes(head[4:6], "big")
        else:
            return False
        if place > end:
            return True
    return False


def flac_ends_early(file: BinaryIO) -> bool:
    """Whether a FLAC file ends before its first frame. Decoders tell of those that are missing."""
    place, end = 4, size_of(file)
    if read_at(file, 0, 4) != b"fLaC":
        return False  # tags come first
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 4)
        place += 4 + int.from_bytes(head[1:], "big")
        if place >= end:
            return True
        if head[0] & 0x80:  # the last block of metadata
            break
    return False
