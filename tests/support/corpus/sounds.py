"""Sounds of every kind that is read: a second of 440 Hz, in stereo a fifth higher on the right."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from tests.support.corpus.pictures import SIZE, encoded, picture
from tests.support.corpus.sample import Sample, Sound, temporary


class _Kind(NamedTuple):
    name: str
    container: str
    codec: str
    rate: int = 48_000
    channels: int = 2
    options: dict[str, str] = {}  # noqa: RUF012 - never changed
    ending: str | None = None


_KINDS = (
    _Kind("sixteen-bit.wav", "wav", "pcm_s16le", 44_100),
    _Kind("mono.wav", "wav", "pcm_s16le", 16_000, 1),
    _Kind("twenty-four-bit.wav", "wav", "pcm_s24le"),
    _Kind("float.wav", "wav", "pcm_f32le"),
    _Kind("eight-bit.wav", "wav", "pcm_u8", 8_000, 1),
    _Kind("rf64.wav", "wav", "pcm_s16le", options={"rf64": "always"}),
    _Kind("adpcm.wav", "wav", "adpcm_ms", 22_050, 1),
    _Kind("sony.w64", "w64", "pcm_s16le"),
    _Kind("stereo.mp3", "mp3", "mp3", 44_100),
    _Kind("mono.mp3", "mp3", "mp3", 22_050, 1),
    _Kind("slow.mp3", "mp3", "mp3", 8_000, 1),
    _Kind("untagged.mp3", "mp3", "mp3", 44_100, options={"id3v2_version": "0", "write_xing": "0"}),
    _Kind("layer-two.mp2", "mp2", "mp2", ending="mp3"),
    _Kind("stereo.flac", "flac", "flac"),
    _Kind("vorbis.ogg", "ogg", "vorbis"),
    _Kind("opus.ogg", "ogg", "libopus"),
    _Kind("mono-opus.ogg", "ogg", "libopus", channels=1),
    _Kind("flac.ogg", "ogg", "flac"),
    _Kind("aac.m4a", "ipod", "aac", 44_100),
    _Kind("lossless.m4a", "ipod", "alac"),
    _Kind("sound-only.mp4", "mp4", "aac"),
    _Kind("sound-only.webm", "webm", "libopus"),
    _Kind("big-endian.aiff", "aiff", "pcm_s16be", 44_100),
    _Kind("float.aiff", "aiff", "pcm_f32be"),
    _Kind("core-audio.caf", "caf", "pcm_s16be"),
    _Kind("frames.aac", "adts", "aac"),
    _Kind("dolby.ac3", "ac3", "ac3"),
    _Kind("windows.asf", "asf", "wmav2", 44_100),
    _Kind("speech.amr", "amr", "libopencore_amrnb", 8_000, 1),
    _Kind("flash.flv", "flv", "aac", 44_100),
)


def sounds() -> Iterator[Sample]:
    """Sounds without a picture."""
    for kind in _KINDS:
        ending = kind.ending or kind.name.rpartition(".")[2]
        facts = Sound(kind.rate, kind.channels, 1.0)
        yield Sample(kind.name, ending, _recorded(kind), sound=facts)


def songs() -> Iterator[Sample]:
    """Songs that carry the picture of their cover."""
    kinds = (
        _Kind("cover.mp3", "mp3", "mp3", 44_100),
        _Kind("cover.m4a", "mp4", "aac", 44_100, options={"brand": "M4A "}),
        _Kind("cover.flac", "flac", "flac", 44_100),
    )
    for kind in kinds:
        ending = kind.name.rpartition(".")[2]
        content = _recorded(kind, cover=encoded(picture(), "JPEG"))
        yield Sample(kind.name, ending, content, sound=Sound(44_100, 2, 1.0), cover=True)


def tones(rate: int, channels: int, seconds: float = 1.0) -> NDArray[np.float32]:
    """Channels × samples, of half the full level."""
    times = np.arange(round(rate * seconds)) / rate
    pitches = np.array([440, 660])[:channels, None]
    return (0.5 * np.sin(2 * np.pi * pitches * times)).astype(np.float32)


def add_tones(container: OutputContainer, stream: AudioStream, seconds: float = 1.0) -> None:
    """Encode the tones into one of a container's streams, all of it."""
    context = stream.codec_context
    levels = tones(context.rate, context.channels, seconds)
    step = context.frame_size or 1024
    for start in range(0, levels.shape[1], step):
        piece = np.ascontiguousarray(levels[:, start : start + step])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=context.layout.name)
        frame.sample_rate, frame.pts = context.rate, start
        frame.time_base = Fraction(1, context.rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _recorded(kind: _Kind, cover: bytes | None = None) -> bytes:
    layout = "mono" if kind.channels == 1 else "stereo"
    with temporary(kind.name) as path:
        with av.open(path, "w", format=kind.container, options=kind.options) as container:
            stream = container.add_stream(kind.codec, rate=kind.rate, layout=layout)
            stream.bit_rate = 64_000
            stream.options = {"strict": "experimental"}  # what FFmpeg's Vorbis encoder is called
            if cover:
                art = container.add_stream("mjpeg")
                art.width, art.height = SIZE
                art.pix_fmt, art.disposition = "yuvj420p", av.stream.Disposition.attached_pic
                container.start_encoding()
                packet = av.Packet(cover)
                packet.stream, packet.pts, packet.dts = art, 0, 0
                container.mux(packet)
            add_tones(container, stream)
        return path.read_bytes()
