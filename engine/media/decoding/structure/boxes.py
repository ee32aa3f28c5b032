"""Boxes of MP4, MOV and AVIF (ISO 14496-12, 4.2; QuickTime File Format, atoms)."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from engine.media.decoding.structure.walk import MOST_PARTS, Part, read_at, size_of

_KINDS = frozenset(
    b"ftyp moov mdat free skip wide pnot PICT meta uuid moof mfra sidx ssix styp emsg prft "
    b"udta pdin idat".split()
)
_PATH = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_ENCRYPTED = frozenset(b"encv enca enct encs drms drmi drmt".split())
"""ISO 14496-12, 8.12: sample entries of protected streams; `drm…` are Apple's, older than that."""
_FRAGMENT, _SAMPLES, _INDEX = b"moof", b"mdat", b"moov"


def ends_early(file: BinaryIO) -> bool:
    """Whether a film ends within a box, or before its index or its frames."""
    kinds, is_cut = _top_level(file)
    lacks = _INDEX not in kinds or _SAMPLES not in kinds or kinds[-1] == _FRAGMENT
    return is_cut or (lacks and set(kinds) <= _KINDS)


def picture_ends_early(file: BinaryIO) -> bool:
    """Whether a picture ends within a box, or before the one that tells what it is."""
    kinds, is_cut = _top_level(file)
    return is_cut or kinds == [b"ftyp"]


def is_encrypted(file: BinaryIO) -> bool:
    """Whether one of a film's streams can't be seen or heard without a key."""
    entries = islice(_descend(file, 0, size_of(file), _PATH), MOST_PARTS)
    return any(entry.kind in _ENCRYPTED for entry in entries)


def _top_level(file: BinaryIO) -> tuple[list[bytes], bool]:
    """The kinds of a file's boxes, and whether it ends within the last one."""
    end, kinds = size_of(file), list[bytes]()
    for box in _boxes(file, 0, end):
        if box.end > end and box.kind in _KINDS:
            return kinds, True
        kinds.append(box.kind)
    return kinds, False


def _descend(file: BinaryIO, begin: int, end: int, path: tuple[bytes, ...]) -> Iterator[Part]:
    """The boxes in a film's boxes of these kinds, one within the other."""
    if not path:
        yield from _boxes(file, begin, end)
        return
    for box in _boxes(file, begin, end):
        if box.kind == path[0]:
            # A full box, whose version, flags and count come first
            inside = box.begin + (8 if box.kind == b"stsd" else 0)
            yield from _descend(file, inside, min(box.end, end), path[1:])


def _boxes(file: BinaryIO, begin: int, end: int) -> Iterator[Part]:
    """The boxes between two places; the last one may end later."""
    place = begin
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 16)
        size, kind, length = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, length = int.from_bytes(head[8:], "big"), 16
        elif not size:
            size = end - place  # all the rest
        if place + length > end or size < length:
            return
        yield Part(kind, place + length, place + size)
        place += size
