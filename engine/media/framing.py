"""Sounds without a container: nothing but frames, each with a header, one after another."""

from collections.abc import Callable
from typing import NamedTuple

WINDOW = 8192 + 8
"""Bytes from a sound's beginning that hold its first frame, however long, and the next header."""


class _Frame(NamedTuple):
    """A frame's length in bytes, and what of its header is the same in all frames of a sound."""

    length: int
    fixed: tuple[int, ...]


def framing_of(window: bytes) -> str | None:
    """The kind of frames that a sound's first bytes are (`mp3`, `aac`, `ac3`), or None.

    A header's few bits may stand anywhere by chance, so the one after it is looked at too.
    """
    for name, frame_at in _KINDS.items():
        first = frame_at(window)
        if first and first.length <= len(window):
            rest = window[first.length :]
            after = frame_at(rest)
            if not rest or rest.startswith(_TRAILERS) or (after and after.fixed == first.fixed):
                return name
    return None


def _mpeg_audio(data: bytes) -> _Frame | None:
    """A frame of MPEG audio, layer I, II or III (ISO 11172-3, 2.4.2.3, and 13818-3).

    Version "2.5" has half the sample rates of version 2. A free bit rate tells no length: None.
    """
    if len(data) < 4 or data[0] != 0xFF or data[1] < 0xE0:
        return None
    version, layer = data[1] >> 3 & 3, 4 - (data[1] >> 1 & 3)
    bit_rate, rate, padding = data[2] >> 4, data[2] >> 2 & 3, data[2] >> 1 & 1
    if version == 1 or layer == 4 or bit_rate in (0, 15) or rate == 3:
        return None
    is_first_version = version == 3
    rates = _BIT_RATES[0 if is_first_version else 1][layer - 1]
    hertz = (44_100, 48_000, 32_000)[rate] // {3: 1, 2: 2, 0: 4}[version]
    bits = rates[bit_rate - 1] * 1000
    if layer == 1:
        length = (12 * bits // hertz + padding) * 4
    else:
        length = (144 if layer == 2 or is_first_version else 72) * bits // hertz + padding
    return _Frame(length, (version, layer, rate))


def _adts(data: bytes) -> _Frame | None:
    """A frame of AAC (ISO 14496-3, annex 1.A: adts_frame)."""
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return None
    profile, rate = data[2] >> 6, data[2] >> 2 & 15
    length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
    return _Frame(length, (profile, rate)) if rate < 13 and length > 7 else None


def _ac3(data: bytes) -> _Frame | None:
    """A frame of AC-3 (ATSC A/52, 5.3 and table 5.18)."""
    if len(data) < 6 or data[:2] != b"\x0b\x77":
        return None
    rate, size, revision = data[4] >> 6, data[4] & 63, data[5] >> 3
    if rate == 3 or size >= 2 * len(_AC3_BIT_RATES) or revision > 10:
        return None
    kilobits = _AC3_BIT_RATES[size // 2]
    words = (2 * kilobits, 320 * kilobits // 147 + size % 2, 3 * kilobits)[rate]
    return _Frame(2 * words, (rate,))


_KINDS: dict[str, Callable[[bytes], _Frame | None]] = {
    "mp3": _mpeg_audio,
    "aac": _adts,
    "ac3": _ac3,
}
_TRAILERS = (b"TAG", b"APETAGEX")
"""What may follow the last frame: ID3v1 and APEv2 tags."""
_HIGH = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_BIT_RATES = (
    (
        (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
        (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
        (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    ),
    ((32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256), _HIGH, _HIGH),
)
"""Thousands of bits a second, of MPEG 1 and of 2, by layer."""
_AC3_BIT_RATES = (
    *(32, 40, 48, 56, 64, 80, 96, 112, 128, 160),
    *(192, 224, 256, 320, 384, 448, 512, 576, 640),
)
