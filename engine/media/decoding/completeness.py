"""Whether all of a file is there, and may be read: found out before it is decoded, where it can be.

A film whose end is missing would do, but not what its user sent.
"""

from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import BinaryIO

import av

from engine.media.decoding.containers import open_media, packets
from engine.media.decoding.faults import encrypted, ends_early
from engine.media.decoding.source import Source
from engine.media.decoding.structure import asf, boxes, ebml, pictures, riff, streams
from engine.media.decoding.structure.mp3 import stated_frames
from engine.media.decoding.structure.walk import read_at
from engine.media.facts import SoundFacts
from engine.media.framing import WINDOW, framing_of

_Check = Callable[[BinaryIO], bool]
_ENDS_EARLY: dict[str, _Check] = {
    "mov": boxes.ends_early,
    "matroska": ebml.ends_early,
    "wav": riff.sound_ends_early,
    "aiff": riff.sound_ends_early,
    "w64": riff.wave64_ends_early,
    "caf": riff.core_audio_ends_early,
    "avi": riff.film_ends_early,
    "asf": asf.ends_early,
    "ogg": streams.ogg_ends_early,
    "flv": streams.flash_ends_early,
    "mpegts": streams.transport_ends_early,
    "mpeg": streams.program_ends_early,
    "flac": streams.flac_ends_early,
    "JPEG": pictures.jpeg_ends_early,
    "PNG": pictures.png_ends_early,
    "GIF": pictures.gif_ends_early,
    "TIFF": pictures.tiff_ends_early,
    "WEBP": riff.picture_ends_early,
    "AVIF": boxes.picture_ends_early,
}
_IS_ENCRYPTED: dict[str, _Check] = {
    "mov": boxes.is_encrypted,
    "matroska": ebml.is_encrypted,
    "asf": asf.is_encrypted,
}
_FRAMED = ("mp3", "aac", "ac3")
_INEXACT = 50
"""Every so manieth frame that an MP3 states to have may be missing."""
_STATING = 2048
"""Bytes before an MP3's first frame in which the frame lies that states its length."""


def check_structure(source: Source) -> None:
    """MediaError where a file's headers say that more should follow, or that it is encrypted."""
    reader = source.format.pillow or source.format.demuxer or ""
    is_encrypted, ends_too_early = _IS_ENCRYPTED.get(reader), _ENDS_EARLY.get(reader)
    if is_encrypted and is_encrypted(source.file):
        raise encrypted()
    if ends_too_early and ends_too_early(source.file):
        raise ends_early()


def check_length(source: Source, sound: SoundFacts) -> None:
    """MediaError where a sound is shorter than its file states, or ends within a frame."""
    if source.format.demuxer == "flac":
        with open_media(source) as container:
            stated = Fraction(container.duration or 0, av.time_base)
        if round(sound.seconds * sound.rate) < round(stated * sound.rate) - 1:
            raise ends_early()
    elif source.format.demuxer in _FRAMED:
        _check_frames(source)


def _check_frames(source: Source) -> None:
    """An MP3 may state its number of frames, a little too high; any sound ends with a whole one."""
    with open_media(source) as container:
        frames = (
            packet for packet in packets(container, container.streams.audio[0]) if packet.size
        )
        first = next(frames, None)
        if first is None:
            return
        count, last = next(iter(deque(enumerate(frames, 2), maxlen=1)), (1, first))
        is_cut = bytes(last)[:2] == bytes(first)[:2] and not _has_whole_frame(bytes(last))
    stated = stated_frames(_before(source.file, first.pos or 0))
    missing = 0 if stated is None else stated - count + is_cut
    if missing > max(2, (stated or 0) // _INEXACT) or (is_cut and (missing or stated is None)):
        raise ends_early()


def _has_whole_frame(packet: bytes) -> bool:
    """Whether a packet is a frame, or begins with one that something appended follows."""
    return any(framing_of(packet[:end]) for end in range(min(len(packet), WINDOW) + 1))


def _before(file: BinaryIO, place: int) -> bytes:
    begin = max(0, place - _STATING)
    return read_at(file, begin, place - begin)
