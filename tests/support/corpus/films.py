"""Films of every kind that is read: six pictures, ten a second, 64 × 48 unless they say else."""

import os
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import av

from tests.support.corpus.pictures import SIZE, picture
from tests.support.corpus.sample import Sample, Sound, temporary
from tests.support.corpus.sounds import add_tones

os.environ.setdefault("SVT_LOG", "1")  # the AV1 encoder tells its life story otherwise
FRAMES, FPS = 6, Fraction(10)
_RATE = 48_000
UNEVEN = (0, 40, 300, 340, 900, 1000)
"""Milliseconds at which the frames of a film of no steady rate come."""
KEY, KEY_ID = "000102030405060708090a0b0c0d0e0f", "f0e0d0c0b0a090807060504030201000"


class _Kind(NamedTuple):
    name: str
    container: str
    codec: str
    sound: str | None = None
    pixels: str = "yuv420p"
    size: tuple[int, int] = SIZE
    fps: Fraction = FPS
    aspect: Fraction = Fraction(1)
    times: tuple[int, ...] = ()
    options: dict[str, str] = {}  # noqa: RUF012 - never changed
    encoder: dict[str, str] = {}  # noqa: RUF012 - never changed


_ODD = (63, 47)
_CENC = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": KEY, "encryption_kid": KEY_ID}
_FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+delay_moov+default_base_moof"}
_KINDS = (
    _Kind("h264.mp4", "mp4", "libx264", "aac"),
    _Kind("silent.mp4", "mp4", "libx264"),
    _Kind("full-range.mp4", "mp4", "libx264", pixels="yuvj420p"),
    _Kind("odd-444.mp4", "mp4", "libx264", pixels="yuv444p", size=_ODD),
    _Kind("ten-bit.mp4", "mp4", "libx264", pixels="yuv420p10le"),
    _Kind("ntsc.mp4", "mp4", "libx264", fps=Fraction(30000, 1001)),
    _Kind("wide-pixels.mp4", "mp4", "libx264", aspect=Fraction(4, 3)),
    _Kind("narrow-pixels.mp4", "mp4", "libx264", aspect=Fraction(8, 9)),
    _Kind("uneven.mp4", "mp4", "libx264", times=UNEVEN),
    _Kind("fragmented.mp4", "mp4", "libx264", "aac", options=_FRAGMENTS),
    _Kind("faststart.mp4", "mp4", "libx264", "aac", options={"movflags": "faststart"}),
    _Kind("mpeg4.mp4", "mp4", "mpeg4", "aac"),
    _Kind("vp9.mp4", "mp4", "libvpx-vp9"),
    _Kind("av1.mp4", "mp4", "libsvtav1", encoder={"preset": "12"}),
    _Kind("h264.mov", "mov", "libx264", "aac"),
    _Kind("photo-jpeg.mov", "mov", "mjpeg", "pcm_s16le", pixels="yuvj420p"),
    _Kind("phone.3gp", "3gp", "libx264", "aac"),
    _Kind("vp8.webm", "webm", "libvpx", "libopus"),
    _Kind("vp9.webm", "webm", "libvpx-vp9", "libopus"),
    _Kind("odd-vp9.webm", "webm", "libvpx-vp9", size=_ODD),
    _Kind("uneven.webm", "webm", "libvpx", times=UNEVEN),
    _Kind("transparent.webm", "webm", "libvpx-vp9", pixels="yuva420p"),
    _Kind("h264.mkv", "matroska", "libx264", "flac"),
    _Kind("wide-pixels.mkv", "matroska", "libx264", aspect=Fraction(4, 3)),
    _Kind("lossless.mkv", "matroska", "ffv1", pixels="bgr0"),
    _Kind("mpeg4.avi", "avi", "mpeg4", "mp3"),
    _Kind("raw.avi", "avi", "rawvideo", pixels="bgr24"),
    _Kind("flash-film.flv", "flv", "flv"),
    _Kind("windows-film.asf", "asf", "msmpeg4v2"),
    _Kind("broadcast.ts", "mpegts", "libx264", "aac"),
    _Kind("disc.m2ts", "mpegts", "libx264", options={"mpegts_m2ts_mode": "1"}),
    _Kind("dvd.mpg", "mpeg", "mpeg2video", "mp2", fps=Fraction(25)),
)


def films() -> Iterator[Sample]:
    """Films, with sound and without."""
    for kind in _KINDS:
        yield _sample(kind, _filmed(kind))


def turned_films() -> Iterator[Sample]:
    """Films as a phone stores them: turned, with a note of it (ISO 14496-12, 8.3.2: `tkhd`)."""
    for container, ending in (("mp4", "mp4"), ("mov", "mov")):
        for degrees in (90, 180, 270):
            kind = _Kind(f"turned-{degrees}.{ending}", container, "libx264", "aac")
            yield _sample(kind, turn(_filmed(kind), degrees))._replace(rotation=degrees)


def encrypted_films() -> Iterator[Sample]:
    """Films that no one can see without the key (ISO 23001-7, scheme `cenc`)."""
    kind = _Kind("encrypted.mp4", "mp4", "libx264", options=_CENC)
    yield _sample(kind, _filmed(kind))._replace(encrypted=True)


def turn(content: bytes, degrees: int) -> bytes:
    """The film with a note in its first track that it is to be turned clockwise."""
    one, none = 0x10000, 0
    turns = {90: (none, one, -one, none), 180: (-one, 0, 0, -one), 270: (none, -one, one, none)}
    a, b, c, d = turns[degrees]
    matrix = content.index(b"tkhd") + 4 + 40
    note = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    return content[:matrix] + note + content[matrix + len(note) :]


def _sample(kind: _Kind, content: bytes) -> Sample:
    ending = kind.name.rpartition(".")[2].replace("3gp", "mp4")
    sound = Sound(_RATE, 2, float(FRAMES / kind.fps)) if kind.sound else None
    facts = Sample(kind.name, ending, content, kind.size, FRAMES, kind.fps, sound=sound)
    return facts._replace(steady=not kind.times, aspect=kind.aspect)


def _filmed(kind: _Kind) -> bytes:
    with temporary(kind.name) as path:
        with av.open(path, "w", format=kind.container, options=kind.options) as container:
            video = container.add_stream(kind.codec, rate=kind.fps, options=kind.encoder)
            video.width, video.height, video.pix_fmt = *kind.size, kind.pixels
            video.sample_aspect_ratio = kind.aspect
            if kind.times:
                video.codec_context.time_base = Fraction(1, 1000)
            sound = None
            if kind.sound:
                sound = container.add_stream(kind.sound, rate=_RATE, layout="stereo")
            for number in range(FRAMES):
                container.mux(video.encode(_frame(kind, number)))
            container.mux(video.encode(None))
            if sound:
                add_tones(container, sound, float(FRAMES / kind.fps))
        return path.read_bytes()


def _frame(kind: _Kind, number: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_image(picture(number).resize(kind.size))
    if kind.times:
        frame.pts, frame.time_base = kind.times[number], Fraction(1, 1000)
    return frame
