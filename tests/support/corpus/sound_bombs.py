"""Small sound files that last for hours."""

import struct
from pathlib import Path

_BLOCK = 65_535
_RATE = 8_000
_HOUR = 3600


def endless_flac(path: Path, hours: float = 3, told: bool = True) -> None:
    """Hours of silence, 16 bits, mono, in constant subframes (RFC 9639, 9).

    Unless `told`, STREAMINFO (8.2) leaves their number open, as a stream's does.
    """
    frames = round(hours * _HOUR * _RATE / _BLOCK)
    samples = frames * _BLOCK if told else 0
    packed = _RATE << 44 | 0 << 41 | 15 << 36 | samples
    information = struct.pack(">2H", _BLOCK, _BLOCK) + bytes(6) + packed.to_bytes(8, "big")
    header = b"fLaC\x80" + (34).to_bytes(3, "big") + information + bytes(16)
    path.write_bytes(header + b"".join(map(_silent_frame, range(frames))))


def endless_mp3(path: Path, hours: float = 3) -> None:
    """Hours of silence in frames of 24 ms: MPEG 2, layer III, 8 kbit/s, 24 kHz, mono."""
    frame = b"\xff\xf3\x14\xc0" + bytes(20)
    path.write_bytes(frame * round(hours * _HOUR * 1000 / 24))


def endless_wav(path: Path) -> None:
    """A header that claims three hours of sound, and a second of it."""
    form = struct.pack("<HHIIHH", 1, 1, 44_100, 88_200, 2, 16)
    header = b"RIFF" + struct.pack("<I", 0x400000FF) + b"WAVEfmt " + struct.pack("<I", 16) + form
    path.write_bytes(header + b"data" + struct.pack("<I", 0x40000000) + bytes(88_200))


def _silent_frame(number: int) -> bytes:
    # Sync, fixed block size; its size in 16 bits, 8 kHz; one channel, 16 bits (9.1).
    header = b"\xff\xf8\x74\x08" + _coded(number) + struct.pack(">H", _BLOCK - 1)
    header += bytes([_crc(header, 8, 0x07)])
    frame = header + b"\0" + b"\0\0"  # a constant subframe (9.2.3) of the value 0
    return frame + struct.pack(">H", _crc(frame, 16, 0x8005))


def _coded(number: int) -> bytes:
    """A frame's number as UTF-8 would have it (9.1.5), of up to 16 bits."""
    return chr(number).encode("utf-8", "surrogatepass")


def _crc(data: bytes, width: int, polynomial: int) -> int:
    """The cyclic redundancy check of a frame (9.1.8, 9.3)."""
    rest, top = 0, 1 << (width - 1)
    for byte in data:
        rest ^= byte << (width - 8)
        for _ in range(8):
            rest = (rest << 1) ^ (polynomial if rest & top else 0)
    return rest & (2 * top - 1)
