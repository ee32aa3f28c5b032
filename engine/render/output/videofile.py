"""A file with one video stream, written frame by frame: what all output formats share."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Protocol, Self

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from engine.errors import RenderError
from engine.media import Picture


class Encoder(Protocol):
    """Takes an animation's frames in order and writes them while it takes them."""

    def add(self, picture: Picture) -> None:
        """Append a frame of the size that the encoder was made for. RenderError if it can't."""
        ...

    def finish(self) -> None:
        """Write what is left. RenderError if it can't be, or if there was no frame."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


@contextmanager
def writing() -> Iterator[None]:
    """FFmpeg's errors inside become RenderError."""
    try:
        yield
    except av.FFmpegError as error:
        raise RenderError(f"the animation can't be written: {error.strerror}") from error


def open_container(path: Path, name: str, **options: str) -> OutputContainer:
    """A new file of the container format that FFmpeg calls `name`."""
    with writing():
        return av.open(str(path), "w", format=name, container_options=options)


class VideoFile:
    """A container's video stream, fed frame by frame with times in `time_base` seconds."""

    def __init__(
        self, container: OutputContainer, stream: VideoStream, *, time_base: Fraction
    ) -> None:
        self.container = container
        self.stream = stream
        self._time_base = stream.codec_context.time_base = time_base
        self._empty = True

    def write(self, frame: av.VideoFrame, time: int) -> None:
        """Encode a frame that is shown from `time` on."""
        frame.pts = time
        frame.time_base = self._time_base
        self._empty = False
        with writing():
            self.container.mux(self.stream.encode(frame))

    def finish(self) -> None:
        """Write what the encoder holds back, and the container's end."""
        if self._empty:
            raise RenderError("there was no frame to write")
        with writing():
            self.container.mux(self.stream.encode(None))
            self.container.close()

    def close(self) -> None:
        """Let the file go, finished or not."""
        with suppress(av.FFmpegError):  # an unfinished one is thrown away
            self.container.close()
