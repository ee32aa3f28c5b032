"""Objects of WMV and WMA files (Advanced Systems Format, 2.1, 3.1 and 10)."""

from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from engine.media.decoding.structure.walk import MOST_PARTS, Part, is_cut, read_at, size_of

_HEADER = UUID("75b22630-668e-11cf-a6d9-00aa0062ce6c").bytes_le
_DATA = UUID("75b22636-668e-11cf-a6d9-00aa0062ce6c").bytes_le
_INDEX = UUID("33000890-e5b1-11cf-89f4-00a0c90349cb").bytes_le
_ENCRYPTION = (
    UUID("2211b3fb-bd23-11d2-b4b7-00a0c955fc6e").bytes_le,
    UUID("298ae614-2622-4c17-b935-dae07ee9289c").bytes_le,
)
"""Content Encryption Object and its extended form (3.14 and 3.15)."""
_PROPERTIES = UUID("8cabdca1-a947-11cf-8ee4-00c00c205365").bytes_le


def ends_early(file: BinaryIO) -> bool:
    """Whether a file ends before its frames do. A broadcast doesn't tell their length."""
    for part in _objects(file):
        if part.kind == _PROPERTIES:
            flags = read_at(file, part.begin + 64, 4)  # 3.2
            if flags and flags[0] & 1:
                return False
    return is_cut(_objects(file), size_of(file), frozenset((_HEADER, _DATA, _INDEX)))


def is_encrypted(file: BinaryIO) -> bool:
    """Whether a file can't be played without a key."""
    return any(part.kind in _ENCRYPTION for part in _objects(file))


def _objects(file: BinaryIO) -> Iterator[Part]:
    """A file's objects; after its header's beginning those inside of it."""
    place = 0
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 24)
        size = int.from_bytes(head[16:], "little")
        if size < 24:
            return
        yield Part(head[:16], place + 24, place + size)
        place += 30 if head.startswith(_HEADER) else size
