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
    """A media file, opened for decoding; all of FFmpeg's errors inside become MediaError."""
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        with av.open(f"file:{path}", options=options, metadata_errors="replace") as container:
            yield container
    except av.FFmpegError as error:
        raise MediaError(f"{path.name} can't be read: {error.strerror}") from error
