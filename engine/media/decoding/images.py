"""Opening picture files."""

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from engine.errors import MediaError, MediaFault
from engine.media.decoding.faults import damaged, ends_early
from engine.media.decoding.source import Source

LARGEST = 64_000_000
"""Pixels in a picture or video frame; larger ones are never decoded, whatever is allowed."""
_ON_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, RuntimeError)
"""What Pillow raises on damaged files."""


@contextmanager
def open_image(source: Source) -> Iterator[Image.Image]:
    """A picture file, its pixels not yet decoded; Pillow's errors inside become MediaError."""
    if source.format.pillow is None:
        raise MediaError("it is no picture", MediaFault.NO_PICTURE)
    source.file.seek(0)
    with image_errors(), Image.open(source.file, formats=(source.format.pillow,)) as image:
        check_size(image.width, image.height)
        yield image


@contextmanager
def image_errors() -> Iterator[None]:
    """Pillow's errors as MediaError."""
    try:
        yield
    except Image.DecompressionBombError as error:
        raise MediaError("it is too large to be read", MediaFault.TOO_LARGE) from error
    except _ON_DAMAGE as error:
        if "truncated" in str(error).lower():
            raise ends_early() from error
        if "decompressed data too large" in str(error).lower():
            raise MediaError("it unfolds to more than can be read", MediaFault.TOO_LARGE) from error
        raise damaged() from error


def check_size(width: int, height: int, most: int = LARGEST) -> None:
    """MediaError if a picture of this size has more than `most` pixels."""
    if width * height > most:
        raise MediaError(
            f"its {width}×{height} pixels are too many; the most here are {most / 1e6:g} million",
            MediaFault.TOO_LARGE,
        )


def opaque(image: Image.Image) -> Image.Image:
    """The picture in RGB, on white where it is transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
