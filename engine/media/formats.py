"""What a file is, told by its first bytes: its name and what a chat declares are not believed."""

import re
from typing import BinaryIO, NamedTuple

from engine.errors import MediaError, MediaFault
from engine.media.framing import WINDOW, framing_of


class Format(NamedTuple):
    """A kind of file that is read here: its ending, and who reads it.

    `pillow` and `demuxer` are Pillow's and FFmpeg's names of the format; a GIF has both. A reader
    is told the format and never guesses, so nothing is read as a playlist, whatever it claims.
    """

    ending: str
    pillow: str | None = None
    demuxer: str | None = None


def format_of(file: BinaryIO) -> Format:
    """The format of a file, which is read from its beginning and left there.

    MediaError if it is empty or of no kind that is read here. A few kilobytes are read, at most.
    """
    try:
        return _look_at(file)
    finally:
        file.seek(0)


_HEAD = 512
_MOST_TAGS = 8
_MAGIC: tuple[tuple[bytes, Format], ...] = (
    # W3C PNG, 5.2; ITU-T T.81, B.1.1; RFC 9649, 2.4 to 2.7; GIF89a, 17
    (rb"\x89PNG\r\n\x1a\n", Format("png", pillow="PNG")),
    (rb"\xff\xd8\xff", Format("jpg", pillow="JPEG")),
    (rb"RIFF....WEBPVP8[ LX]", Format("webp", pillow="WEBP")),
    (rb"GIF8[79]a", Format("gif", pillow="GIF", demuxer="gif")),
    # BITMAPFILEHEADER and the size of the header after it; TIFF 6.0, section 2, and BigTIFF
    (rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", Format("bmp", pillow="BMP")),
    (rb"II[*+]\0|MM\0[*+]", Format("tiff", pillow="TIFF")),
    # QuickTime File Format: before `ftyp` was thought of, a file began with any atom
    (rb"[\0-\x08]...(moov|mdat|wide|free|skip|pnot)", Format("mov", demuxer="mov")),
    # RFC 8794, 11.2 (the EBML header names its DocType)
    (rb"\x1aE\xdf\xa3.{1,64}?B\x82.{1,8}?webm", Format("webm", demuxer="matroska")),
    (rb"\x1aE\xdf\xa3.{1,64}?B\x82.{1,8}?matroska", Format("mkv", demuxer="matroska")),
    # Multimedia Programming Interface 1.0 (RIFF), EBU Tech 3306 (RF64), ITU-R BS.2088 (BW64)
    (rb"RIFF....AVI ", Format("avi", demuxer="avi")),
    (rb"(RIFF|RF64|BW64)....WAVE", Format("wav", demuxer="wav")),
    # Sony Wave64: the GUIDs of its `riff` chunk and of `wave`
    (
        rb"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0.{8}wave\xf3\xac\xd3\x11\x8c\xd1\0\xc0",
        Format("w64", demuxer="w64"),
    ),
    # Flash Video 10.1, E.2; Advanced Systems Format, 10.1 (header object's GUID)
    (rb"FLV\x01", Format("flv", demuxer="flv")),
    (
        rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c",
        Format("asf", demuxer="asf"),
    ),
    # ISO 13818-1, 2.5.3.3 and ISO 11172-1, 2.4.3.2 (pack headers of MPEG 2 and 1)
    (rb"\0\0\x01\xba[\x20-\x2f\x40-\x7f]", Format("mpg", demuxer="mpeg")),
    # ISO 13818-1, 2.4.3.2: packets of 188 bytes; on Blu-ray discs each after 4 bytes of its own
    (rb"G.{187}G.{187}G", Format("ts", demuxer="mpegts")),
    (rb".{4}G.{191}G.{191}G", Format("m2ts", demuxer="mpegts")),
    # RFC 3533, 6; RFC 9639, 6; RFC 4867, 5.1 (single-channel AMR and AMR-WB)
    (rb"OggS\0", Format("ogg", demuxer="ogg")),
    (rb"fLaC", Format("flac", demuxer="flac")),
    (rb"#!AMR(-WB)?\n", Format("amr", demuxer="amr")),
    # Audio Interchange File Format 1.3 and AIFF-C; Apple Core Audio Format 1.0
    (rb"FORM....AIF[FC]", Format("aiff", demuxer="aiff")),
    (rb"caff\0\x01", Format("caf", demuxer="caf")),
)
_PATTERNS = tuple((re.compile(magic, re.DOTALL), format_) for magic, format_ in _MAGIC)

_AVIF = {b"avif", b"avis"}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_FILMS = {b"qt  ": "mov", b"M4A ": "m4a", b"M4B ": "m4a"}


def _look_at(file: BinaryIO) -> Format:
    start = _skip_tags(file)
    file.seek(start)
    window = file.read(WINDOW)
    if start:
        return _tagged(window)
    if not window:
        raise MediaError("it is empty", MediaFault.EMPTY)
    head = window[:_HEAD]
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    for pattern, format_ in _PATTERNS:
        if pattern.match(head):
            return format_
    return _frames(window)


def _by_brand(head: bytes) -> Format:
    """A file of the ISO base media family, by its brands (ISO 14496-12, 4.3: FileTypeBox).

    Pictures are AVIF or of HEIF's other brands (ISO 23008-12).
    """
    major, box = head[8:12], head[: int.from_bytes(head[:4], "big")]
    brands = {major} | {box[place : place + 4] for place in range(16, len(box), 4)}
    if brands & _AVIF:
        return Format("avif", pillow="AVIF")
    if major in _HEIF:
        raise MediaError(
            "it is a HEIC picture, as iPhones make them, which can't be read here; "
            "send it as JPEG or PNG",
            MediaFault.WRONG_TYPE,
        )
    return Format(_FILMS.get(major, "mp4"), demuxer="mov")


def _skip_tags(file: BinaryIO) -> int:
    """Where a file begins behind its ID3v2 tags (ID3v2.4.0 structure, 3.1): at 0 without any."""
    start = 0
    for _ in range(_MOST_TAGS):
        file.seek(start)
        header = file.read(10)
        if len(header) < 10 or header[:3] != b"ID3" or max(header[6:]) > 127:
            break
        size = sum(byte << 7 * (9 - place) for place, byte in enumerate(header[6:], 6))
        start += 10 + size + (10 if header[5] & 0x10 else 0)
    return start


def _tagged(window: bytes) -> Format:
    """The sound behind an ID3v2 tag; an MP3 if the file is cut off before it."""
    if window.startswith(b"fLaC"):
        return Format("flac", demuxer="flac")
    return _frames(window) if window.strip(b"\0") else Format("mp3", demuxer="mp3")


def _frames(window: bytes) -> Format:
    """A sound of bare frames; before them some programs leave zeros."""
    name = framing_of(window.lstrip(b"\0"))
    if name is None:
        raise MediaError(
            "it is no picture, sound or video of a kind known here; "
            "send PNG, JPEG, WebP, GIF, MP3, WAV, FLAC, OGG, M4A, MP4, MOV or WebM",
            MediaFault.WRONG_TYPE,
        )
    return Format(name, demuxer=name)
