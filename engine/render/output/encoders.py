"""Animation files, written while their frames are made."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from engine.errors import RenderError
from engine.groups.output import Format
from engine.render.output.gif import GifEncoder
from engine.render.output.mp4 import Mp4Encoder
from engine.render.output.videofile import Encoder
from engine.render.output.webp import WebpEncoder


@contextmanager
def open_encoder(
    path: Path,
    format_: Format,
    fps: Fraction,
    width: int,
    height: int,
    *,
    audio: Path | None = None,
    audio_begin: float = 0.0,
) -> Iterator[Encoder]:
    """An encoder whose file is at `path` once the block has ended well, and nowhere otherwise.

    Sizes are in pixels, `fps` in frames a second. `audio` is a file whose sound goes with the
    pictures, from its second `audio_begin` on; only MP4 holds sound. Memory does not grow with the
    number of frames. MediaError if the sound can't be read; RenderError if the file can't be
    written.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        _check_writable(partial)
        with _encoder(
            partial, format_, fps, (width, height), audio=audio, audio_begin=audio_begin
        ) as encoder:
            yield encoder
            encoder.finish()
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _check_writable(path: Path) -> None:
    """Fail now and not when the first frames come out of an encoder."""
    try:
        path.touch()
    except OSError as error:
        raise RenderError(f"the animation can't be written: {error.strerror}") from error


def _encoder(
    path: Path,
    format_: Format,
    fps: Fraction,
    size: tuple[int, int],
    *,
    audio: Path | None,
    audio_begin: float,
) -> Encoder:
    match format_:
        case Format.MP4:
            return Mp4Encoder(path, fps, *size, audio=audio, audio_begin=audio_begin)
        case Format.GIF:
            return GifEncoder(path, fps, *size)
        case Format.WEBP:
            return WebpEncoder(path, fps, *size)
