"""Opening sound and video files that users send."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer

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
