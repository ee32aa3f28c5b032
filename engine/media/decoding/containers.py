"""Opening sound and video files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from typing import Any, TypeVar, overload

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import MediaError, MediaFault
from engine.media.decoding.faults import damaged, unknown_form
from engine.media.decoding.source import AnyPlace, Source

AnyStream = TypeVar("AnyStream", VideoStream, AudioStream)


@contextmanager
def open_media(source: Source) -> Iterator[InputContainer]:
    """A media file, opened for decoding; FFmpeg's errors inside become MediaError.

    FFmpeg is told the format, and that it may open nothing else: no file, no address.
    """
    if source.format.demuxer is None:
        raise MediaError("it is a picture, without sound or film", MediaFault.WRONG_TYPE)
    options = {"format_whitelist": source.format.demuxer, "protocol_whitelist": "none"}
    source.file.seek(0)
    with (
        media_errors(),
        av.open(
            AnyPlace(source.file),
            "r",
            format=source.format.demuxer,
            options=options,
            metadata_errors="replace",
        ) as container,
    ):
        yield container


@contextmanager
def media_errors() -> Iterator[None]:
    """FFmpeg's errors as MediaError, but for the lack of memory."""
    try:
        yield
    except MemoryError:
        raise
    except av.error.PatchWelcomeError as error:
        raise unknown_form() from error
    except av.FFmpegError as error:
        raise damaged() from error


def can_decode(stream: VideoStream | AudioStream) -> bool:
    """Whether FFmpeg has a decoder for a stream; PyAV gives one without it no other properties."""
    return stream.codec_context is not None


def default_first(streams: Iterable[AnyStream]) -> list[AnyStream]:
    """Streams in the order in which players choose one."""
    return sorted(streams, key=lambda stream: not stream.disposition & Disposition.default)


@overload
def decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]: ...
@overload
def decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]: ...
def decoded(
    container: InputContainer, stream: VideoStream | AudioStream
) -> Iterator[VideoFrame] | Iterator[AudioFrame]:
    """A stream's frames in order, without those that are damaged, as players do."""
    found = packets(container, stream)
    for packet in playable(found) if stream.type == "video" else found:
        try:
            frames = packet.decode()
        except MemoryError:
            raise
        except av.FFmpegError:
            continue
        yield from frames


def packets(
    container: InputContainer, stream: VideoStream | AudioStream
) -> Iterator["Packet[Any]"]:
    """A stream's encoded frames, in the order they are stored.

    PyAV stumbles over a stream that its file's beginning says nothing of; the file ends there.
    """
    with suppress(IndexError):
        yield from container.demux(stream)


def playable(packets: Iterator["Packet[Any]"]) -> Iterator["Packet[Any]"]:
    """A film's packets from its first key frame on: what a cut left before it can't be decoded.

    Nor can what is stored after that frame and seen before it. Without any, all are taken.
    """
    before: list[Packet[Any]] = []
    key = None
    for packet in packets:
        before.append(packet)
        if packet.is_keyframe:
            key, before = packet, [packet]
            break
    yield from before
    for packet in packets:
        if key and packet.is_keyframe:
            key = None
        if key is None or not _comes_before(packet, key):
            yield packet


def _comes_before(packet: "Packet[Any]", other: "Packet[Any]") -> bool:
    return packet.pts is not None and other.pts is not None and packet.pts < other.pts


def beginning(container: InputContainer) -> Fraction:
    """The second that a file's own clock shows when it begins to play.

    Below 0 lies only what an encoder needed to get going.
    """
    return Fraction(max(0, container.start_time or 0), av.time_base)
