"""Pictures of every kind that is read: 64 × 48, red at the top left and growing blue downwards."""

import io
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from PIL import ExifTags, Image

from tests.support.corpus.png import interlaced_png
from tests.support.corpus.sample import Sample

WIDTH, HEIGHT = SIZE = (64, 48)
TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
"""Degrees clockwise to turn a picture upright by its EXIF orientation."""
MIRRORED = {2, 4, 5, 7}


def picture(number: int = 0) -> Image.Image:
    """A gradient that tells up from down and left from right, another for each number."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    levels = np.stack([255 - columns * 3, (columns * 2 + number * 40) % 256, rows * 5], axis=-1)
    return Image.fromarray(levels.astype(np.uint8), "RGB")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def stills() -> Iterator[Sample]:
    """Still pictures, one of each kind."""
    red = picture()
    clear = red.copy()
    clear.putalpha(Image.linear_gradient("L").resize(SIZE))
    sixteen = Image.fromarray(
        np.arange(WIDTH * HEIGHT, dtype=np.uint16).reshape(HEIGHT, WIDTH) * 21
    )
    kinds = {
        "rgb.png": encoded(red, "PNG"),
        "rgba.png": encoded(clear, "PNG"),
        "grey.png": encoded(red.convert("L"), "PNG"),
        "grey-alpha.png": encoded(clear.convert("LA"), "PNG"),
        "palette.png": encoded(red.quantize(16), "PNG"),
        "palette-transparent.png": encoded(red.quantize(16), "PNG", transparency=3),
        "one-bit.png": encoded(red.convert("1"), "PNG"),
        "sixteen-bit.png": encoded(sixteen, "PNG"),
        "interlaced.png": interlaced_png(np.asarray(red)),
        "baseline.jpg": encoded(red, "JPEG"),
        "progressive.jpg": encoded(red, "JPEG", progressive=True),
        "grey.jpg": encoded(red.convert("L"), "JPEG"),
        "cmyk.jpg": encoded(red.convert("CMYK"), "JPEG"),
        "lossy.webp": encoded(red, "WEBP"),
        "lossless.webp": encoded(red, "WEBP", lossless=True),
        "transparent.webp": encoded(clear, "WEBP"),
        "still.gif": encoded(red.quantize(16), "GIF"),
        "still-transparent.gif": encoded(red.quantize(16), "GIF", transparency=3),
        "rgb.bmp": encoded(red, "BMP"),
        "palette.bmp": encoded(red.quantize(16), "BMP"),
        "rgb.tiff": encoded(red, "TIFF"),
        "lzw.tiff": encoded(red, "TIFF", compression="tiff_lzw"),
        "jpeg.tiff": encoded(red, "TIFF", compression="jpeg"),
        "big.tiff": encoded(red, "TIFF", big_tiff=True),
        "rgb.avif": encoded(red, "AVIF", speed=10),
        "transparent.avif": encoded(clear, "AVIF", speed=10),
    }
    for name, content in kinds.items():
        yield Sample(name, name.rpartition(".")[2], content, SIZE, frames=1)


def turned() -> Iterator[Sample]:
    """Photos as a phone stores them: turned or mirrored, with a note of it (EXIF, tag 0x0112)."""
    for orientation, degrees in TURNS.items():
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        mirrored = orientation in MIRRORED
        for kind, ending in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")):
            content = encoded(picture(), kind, exif=exif)
            facts = Sample(f"orientation-{orientation}.{ending}", ending, content, SIZE, 1)
            yield facts._replace(rotation=degrees, mirrored=mirrored)


def moving() -> Iterator[Sample]:
    """Animations that picture formats hold: of four frames, ten a second."""
    frames = [picture(number) for number in range(4)]
    clear = [_with_a_hole(number) for number in range(4)]
    partial = [picture() for _ in range(4)]
    for number, frame in enumerate(partial):
        frame.paste("white", (10 * number, 10, 10 * number + 8, 20))
    times: dict[str, object] = {"save_all": True, "duration": 100, "loop": 0}
    uneven = {**times, "duration": [40, 200, 100, 400]}
    kinds = {
        "animated.gif": _animation(frames, "GIF", times),
        "transparent-frames.gif": _animation(clear, "GIF", {**times, "disposal": 2}),
        "partial-frames.gif": _animation(partial, "GIF", times),
        "animated.webp": _animation(frames, "WEBP", times),
        "transparent-frames.webp": _animation(clear, "WEBP", times),
        "partial-frames.webp": _animation(partial, "WEBP", {**times, "lossless": True}),
    }
    for name, content in kinds.items():
        yield Sample(name, name.rpartition(".")[2], content, SIZE, 4, Fraction(10))
    for ending in ("gif", "webp"):
        content = _animation(frames, ending.upper(), uneven)
        fps = Fraction(4000, 740)
        yield Sample(f"uneven.{ending}", ending, content, SIZE, 4, fps, steady=False)


def _with_a_hole(number: int) -> Image.Image:
    image = picture(number).convert("RGBA")
    image.paste((0, 0, 0, 0), (10 * number, 10, 10 * number + 8, 20))
    return image


def _animation(frames: list[Image.Image], kind: str, options: dict[str, object]) -> bytes:
    return encoded(frames[0], kind, append_images=frames[1:], **options)
