"""Opening the picture files that users send."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from engine.errors import MediaError

LARGEST = 64_000_000
"""Pixels in a picture or video frame; larger ones are refused before they are decoded."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


@contextmanager
def open_image(path: Path) -> Iterator[Image.Image]:
    """A picture file, its pixels not yet decoded; Pillow's errors inside become MediaError."""
    with image_errors(path), Image.open(path, formats=FORMATS) as image:
        check_size(image.width, image.height, path.name)
        yield image


@contextmanager
def image_errors(path: Path) -> Iterator[None]:
    """Pillow's errors while `path` is read, as MediaError."""
    try:
        yield
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path.name} is no picture of a kind known here") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # Pillow's on damaged files
        raise MediaError(f"{path.name} can't be read: {error}") from error


def check_size(width: int, height: int, name: str) -> None:
    """MediaError if a picture of this size is larger than is read here."""
    if width * height > LARGEST:
        raise MediaError(f"{name} is too large: {width}×{height}; send at most {LARGEST:,} pixels")


def opaque(image: Image.Image) -> Image.Image:
    """The picture in RGB, on white where it is transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
