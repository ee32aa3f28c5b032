"""What is given up to make a file smaller, in the order in which it is given up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from engine.groups.output import Format
from engine.media import Picture
from engine.render.output.gif import COLOURS, GifEncoder
from engine.render.output.mp4 import CRF, Mp4Encoder, Rate
from engine.render.output.videofile import Encoder
from engine.render.output.webp import QUALITY, WebpEncoder

SMALLEST_SIDE = 64
"""Pixels: below that nothing can be recognised."""
WAYS = (
    *((scale, 1) for scale in (1.0, 0.85, 0.7, 0.6, 0.5)),
    *((scale, 2) for scale in (0.5, 0.4, 0.3, 0.25)),
    *((scale, 4) for scale in (0.25, 0.125)),
)
"""Parts of the width and height, and every which frame is shown, in the order to try them.

A video shows all frames in any case: one like the frame before it costs next to nothing.
"""
TOLERANCE = {255: 0, 127: 4, 63: 8, 31: 12, 15: 16}
"""By colours in a GIF: the fewer there are, the less small changes can be seen anyway."""

LEVELS: dict[Format, tuple[Sequence[int], Sequence[int], Sequence[int]]] = {
    Format.MP4: (range(19, 36), range(26, 36), range(26, 48)),
    Format.GIF: ((127, 63, 31), (63, 31), (63, 31, 15)),
    Format.WEBP: (range(80, 29, -5), range(60, 29, -5), range(60, 9, -5)),
}
"""CRF, colours and quality, best first: at full size, smaller, and as the last resort."""
FULL_LEVEL = {Format.MP4: CRF, Format.GIF: COLOURS, Format.WEBP: QUALITY}


@dataclass(frozen=True)
class Reduction:
    """One way to make a file smaller: everything that is given up in it.

    `level` is of the format's own kind: MP4's CRF, GIF's colours, WebP's quality. `width` and
    `height` are in pixels; `every` n-th frame is shown.
    """

    format: Format
    level: int
    width: int
    height: int
    every: int = 1

    def open_encoder(self, path: Path, fps: Fraction, rate: Rate, audio: Path | None) -> Encoder:
        """An encoder that writes so; `rate` and `audio` are MP4's, see Mp4Encoder."""
        size = (self.width, self.height)
        match self.format:
            case Format.MP4:
                return Mp4Encoder(path, fps, *size, audio=audio, rate=rate)
            case Format.GIF:
                tolerance = TOLERANCE[self.level]
                return GifEncoder(
                    path, fps, *size, colours=self.level, tolerance=tolerance, every=self.every
                )
            case Format.WEBP:
                return WebpEncoder(path, fps, *size, quality=self.level, every=self.every)

    def resize(self, picture: Picture) -> Picture:
        """The picture in this size."""
        if picture.shape[:2] == (self.height, self.width):
            return picture
        size = (self.width, self.height)
        return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))

    def told(self, full_width: int) -> Iterator[str]:
        """What is given up, in a user's words."""
        if self.format == Format.GIF:
            yield f"{self.level} colours"
        else:
            yield "picture quality lowered"
        if self.width < full_width:
            yield f"made {100 * self.width / full_width:.0f} % as large in each direction"
        if self.every > 1:
            yield {2: "half the frames", 4: "a quarter of the frames"}[self.every]


@dataclass(frozen=True)
class Shape:
    """A size and a share of the frames, and the levels to try with them, best first."""

    width: int
    height: int
    every: int
    levels: Sequence[int] = field(compare=False)


def shapes(format_: Format, width: int, height: int) -> list[Shape]:
    """How an animation of this size in pixels can be made smaller, in the order to try it."""
    full, smaller, last = LEVELS[format_]
    ways = dict.fromkeys(
        (*_scaled(width, height, scale), 1 if format_ == Format.MP4 else every)
        for scale, every in WAYS
    )
    levels = [full, *[smaller] * (len(ways) - 2), last]
    return [
        Shape(*way, levels=chosen) for way, chosen in zip(ways, levels[-len(ways) :], strict=True)
    ]


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    """A size with even sides, as MP4 needs them; the full size as it is."""
    scale = min(1, max(scale, SMALLEST_SIDE / min(width, height)))
    if scale == 1:
        return width, height
    return 2 * round(width * scale / 2), 2 * round(height * scale / 2)
