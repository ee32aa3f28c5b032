"""Opening sound and video files that users send."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, overload

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import MediaError

FORMATS = "mov,matroska,webm,avi,flv,asf,mpeg,mpegts,gif,ogg,mp3,aac,ac3,wav,w64,aiff,caf,flac,amr"
"""The containers that are read. Playlists are not among them: they name other files."""


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """A media file, opened for decoding; FFmpeg's errors inside become MediaError."""
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    with (
        media_errors(path),
        av.open(f"file:{path}", options=options, metadata_errors="replace") as container,
    ):
        yield container


@contextmanager
def media_errors(path: Path) -> Iterator[None]:
    """FFmpeg's errors while `path` is read, as MediaError."""
    try:
        yield
    except av.FFmpegError as error:
        raise MediaError(f"{path.name} can't be read: {error.strerror}") from error


def can_decode(stream: VideoStream | AudioStream) -> bool:
    """Whether FFmpeg has a decoder for a stream; PyAV gives one without it no other properties."""
    return stream.codec_context is not None


@overload
def decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]: ...
@overload
def decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]: ...
def decoded(
    container: InputContainer, stream: VideoStream | AudioStream
) -> Iterator[VideoFrame] | Iterator[AudioFrame]:
    """A stream's frames in order, without those that are damaged, as players do."""
    for packet in packets(container, stream):
        with suppress(av.FFmpegError):
            yield from packet.decode()


def packets(
    container: InputContainer, stream: VideoStream | AudioStream
) -> Iterator["Packet[Any]"]:
    """A stream's encoded frames, in the order they are stored.

    PyAV stumbles over a stream that its file's beginning says nothing of; the file ends there.
    """
    with suppress(IndexError):
        yield from container.demux(stream)


def beginning(container: InputContainer) -> Fraction:
    """The second that a file's own clock shows when it begins to play.

    Below 0 lies only what an encoder needed to get going.
    """
    return Fraction(max(0, container.start_time or 0), av.time_base)
