"""Opening picture files."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from PIL import Image, UnidentifiedImageError

from engine.errors import MediaError, MediaFault
from engine.media.decoding.faults import damaged, ends_early, unknown_form
from engine.media.decoding.source import Source
from engine.media.decoding.structure.riff import webp_size
from engine.media.limits import MediaLimits

_TINY = 1e-30
_ON_DAMAGE = (
    *(OSError, ValueError, SyntaxError, EOFError, RuntimeError),
    *(TypeError, LookupError, ArithmeticError, struct.error),
)
"""What Pillow raises on damaged files: most on purpose, the rest where it believes a header."""


@contextmanager
def open_image(source: Source) -> Iterator[Image.Image]:
    """A picture file, its pixels not yet decoded; Pillow's errors inside become MediaError."""
    if source.format.pillow is None:
        raise MediaError("it is no picture", MediaFault.NO_PICTURE)
    if source.format.pillow == "WEBP":  # Pillow makes room for it when it opens it
        check_size(*webp_size(source.file), source.limits)
    source.file.seek(0)
    with (
        image_errors(source.limits),
        Image.open(source.file, formats=(source.format.pillow,)) as image,
    ):
        check_size(image.width, image.height, source.limits)
        yield image


@contextmanager
def image_errors(limits: MediaLimits) -> Iterator[None]:
    """Pillow's errors as MediaError."""
    try:
        yield
    except Image.DecompressionBombError as error:
        raise MediaError(
            f"it has too many pixels; the most here are {limits.pixels / 1e6:g} million",
            MediaFault.TOO_LARGE,
        ) from error
    except UnidentifiedImageError as error:
        raise unknown_form() from error
    except _ON_DAMAGE as error:
        if "truncated" in str(error).lower():
            raise ends_early() from error
        if "decompressed data too large" in str(error).lower():
            raise MediaError("it unfolds to more than can be read", MediaFault.TOO_LARGE) from error
        raise damaged() from error


def check_size(width: int, height: int, limits: MediaLimits) -> None:
    """MediaError if a picture of this size has too many pixels."""
    if width * height > limits.pixels:
        raise MediaError(
            f"its {width}×{height} pixels are too many; "
            f"the most here are {limits.pixels / 1e6:g} million",
            MediaFault.TOO_LARGE,
        )


def opaque(image: Image.Image) -> Image.Image:
    """The picture in RGB, on white where it is transparent."""
    if image.mode[0] in "IF":
        image = _shallow(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _shallow(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits or more in 8, as depth maps are; Pillow would cut it off at 255.

    Where numbers have no end that stands for white, the largest does.
    """
    levels = np.asarray(image)
    if levels.dtype.itemsize == 2:
        return Image.fromarray((levels >> 8).astype(np.uint8))
    bright = np.nan_to_num(levels.astype(np.float32), posinf=0, neginf=0).clip(min=0)
    return Image.fromarray((bright * (255 / max(float(bright.max()), _TINY))).astype(np.uint8))
