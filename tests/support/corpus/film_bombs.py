"""Small film files that unfold to hours of large pictures, or claim what they don't hold."""

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from tests.support.corpus.films import films

_CYCLE = 16
"""Frames after which H.264's `frame_num`, of four bits here, begins anew (7.4.3)."""


def endless_film(
    path: Path, frames: int = 34_000, size: tuple[int, int] = (3840, 2160), fps: int = 30
) -> None:
    """Black frames of H.264: a key frame, and a few bytes for each after it.

    Those are encoded once and stored again and again.
    """
    with av.open(path, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        first, *others = _black_frames(stream, 1 + min(frames, _CYCLE))
        for number in range(frames):
            packet = av.Packet(others[(number - 1) % _CYCLE] if number else first)
            packet.stream, packet.pts, packet.dts = stream, number, number
            packet.time_base, packet.duration = Fraction(1, fps), 1
            packet.is_keyframe = not number
            container.mux(packet)


def understated_film(path: Path, size: tuple[int, int] = (7680, 4320)) -> None:
    """One frame of that size in a container that says 64 × 48 (`tkhd` and `avc1`)."""
    endless_film(path, 1, size)
    content = bytearray(path.read_bytes())
    track = content.index(b"tkhd") + 4 + 76
    content[track : track + 8] = struct.pack(">2I", 64 << 16, 48 << 16)
    entry = content.index(b"avc1", content.index(b"stsd")) + 4 + 24
    content[entry : entry + 4] = struct.pack(">2H", 64, 48)
    path.write_bytes(content)


def index_bomb(path: Path, count: int = 0x02000000) -> None:
    """A film whose index claims so many frames of a byte each (ISO 14496-12, 8.6 and 8.7)."""
    content = bytearray(next(film.content for film in films() if not film.sound))
    size = content.index(b"stsz") + 8
    content[size : size + 8] = struct.pack(">2I", 1, count)
    per_chunk = content.index(b"stsc") + 8
    content[per_chunk + 8 : per_chunk + 12] = struct.pack(">I", count)
    times = content.index(b"stts") + 8
    content[times + 4 : times + 8] = struct.pack(">I", count)
    path.write_bytes(content)


def _black_frames(stream: VideoStream, count: int) -> list[bytes]:
    """Encoded frames, the first one a key frame."""
    levels = np.full((stream.height * 3 // 2, stream.width), 128, np.uint8)
    levels[: stream.height] = 16
    frame = av.VideoFrame.from_ndarray(levels, format="yuv420p")
    packets = []
    for number in range(count):
        frame.pts = number
        packets += stream.encode(frame)
    return [bytes(packet) for packet in packets + stream.encode(None)]
