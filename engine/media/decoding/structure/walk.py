"""Files made of parts, each with its kind and length before it."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MOST_PARTS = 200_000
"""Headers that are looked at in a file; how the rest of it is made up doesn't matter any more."""
FARTHEST = 1 << 40
"""No file is longer, and systems know no places as far away as damaged ones claim."""


class Part(NamedTuple):
    """A part of a file: its kind, and where its content begins and ends."""

    kind: bytes
    begin: int
    end: int


def size_of(file: BinaryIO) -> int:
    """A file's length in bytes."""
    return file.seek(0, 2)


def read_at(file: BinaryIO, place: int, count: int) -> bytes:
    """Up to `count` bytes from a place on: fewer at the file's end, and none behind it."""
    file.seek(min(place, FARTHEST))
    return file.read(count)


def is_cut(parts: Iterator[Part], end: int, kinds: frozenset[bytes], slack: int = 0) -> bool:
    """Whether a part of one of these kinds reaches past the file's end, by more than `slack` bytes.

    What is of another kind may be anything that a program appended.
    """
    return any(part.end > end + slack and part.kind in kinds for part in parts)
