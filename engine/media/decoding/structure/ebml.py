"""Elements of Matroska and WebM (RFC 8794, 4 to 6; RFC 9559, 5)."""

from collections.abc import Iterator
from typing import BinaryIO

from engine.media.decoding.structure.walk import MOST_PARTS, Part, is_cut, read_at, size_of

_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT, _CLUSTER, _TRACKS = b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75", b"\x16\x54\xae\x6b"
_INFO, _SEEK_HEAD, _CUES = b"\x15\x49\xa9\x66", b"\x11\x4d\x9b\x74", b"\x1c\x53\xbb\x6b"
_TAGS, _ATTACHMENTS, _CHAPTERS = b"\x12\x54\xc3\x67", b"\x19\x41\xa4\x69", b"\x10\x43\xa7\x70"
_SIMPLE_BLOCK, _BLOCK_GROUP, _TRACK = b"\xa3", b"\xa0", b"\xae"
_ENCODINGS, _ENCODING, _ENCRYPTION = b"\x6d\x80", b"\x62\x40", b"\x50\x35"
_KINDS = frozenset(
    (
        *(_EBML, _SEGMENT, _CLUSTER, _TRACKS, _INFO, _SEEK_HEAD, _CUES, _TAGS, _ATTACHMENTS),
        *(_CHAPTERS, _SIMPLE_BLOCK, _BLOCK_GROUP),
    )
)
_WAY = frozenset((_SEGMENT, _TRACKS, _TRACK, _ENCODINGS, _ENCODING))
"""What lies around an encrypted track's ContentEncryption."""


def ends_early(file: BinaryIO) -> bool:
    """Whether a film ends within an element.

    Live recordings, as browsers make them, leave the lengths of the segment and its clusters open.
    """
    return is_cut(_elements(file, frozenset()), size_of(file), _KINDS)


def is_encrypted(file: BinaryIO) -> bool:
    """Whether a track can't be seen or heard without a key (RFC 9559, 5.1.4.1.31.8)."""
    for element in _elements(file, _WAY):
        if element.kind in (_ENCRYPTION, _CLUSTER):
            return element.kind == _ENCRYPTION
    return False


def _elements(file: BinaryIO, entered: frozenset[bytes]) -> Iterator[Part]:
    """The elements one after the other; after those of open length, and `entered` ones, theirs."""
    place, end = 0, size_of(file)
    for _ in range(MOST_PARTS):
        head = read_at(file, place, 12)
        if not head or not head[0]:
            return
        width = 9 - head[0].bit_length()
        kind, rest = head[:width], head[width:]
        if not rest or not rest[0]:
            return
        length = 9 - rest[0].bit_length()
        size = int.from_bytes(rest[:length], "big") & ((1 << 7 * length) - 1)
        begin = place + width + length
        is_open = size == (1 << 7 * length) - 1
        yield Part(kind, begin, begin if is_open else begin + size)
        place = begin if is_open or kind in entered else begin + size
        if place >= end:
            return
