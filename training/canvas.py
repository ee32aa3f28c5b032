"""A drawing surface for things: unit coordinates around a centre, supersampled for smooth edges."""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw

SIZE = 128
"""Side of a finished picture in pixels."""
SUPERSAMPLING = 3
SIDE = SIZE * SUPERSAMPLING
"""Side of the surface that is drawn on; `finished` brings it down to SIZE."""

Colour = tuple[int, int, int]
Point = tuple[float, float]

COLOURS: dict[str, Colour] = {
    "red": (220, 30, 35),
    "orange": (250, 135, 15),
    "yellow": (252, 224, 40),
    "green": (35, 150, 55),
    "blue": (40, 95, 230),
    "purple": (135, 45, 175),
    "pink": (250, 140, 190),
    "white": (248, 248, 248),
    "black": (18, 18, 20),
}


def jittered(colour: Colour, rng: random.Random, amount: float = 8) -> Colour:
    """`colour` with each channel moved by up to `amount` of 255."""
    red, green, blue = (
        round(min(255, max(0, channel + rng.uniform(-amount, amount)))) for channel in colour
    )
    return red, green, blue


def scaled(colour: Colour, factor: float) -> Colour:
    """`colour` made darker (factor below 1)."""
    red, green, blue = (round(channel * factor) for channel in colour)
    return red, green, blue


def shade(colour: Colour) -> Colour:
    """The second tone of a two-tone thing: darker, or grey beside black."""
    return scaled(colour, 0.62) if sum(colour) > 120 else (80, 80, 85)


def finished(surface: Image.Image) -> Image.Image:
    """The surface at SIZE, every pixel the mean of the ones that were drawn for it."""
    return surface.reduce(SUPERSAMPLING)


@dataclass(frozen=True)
class Pen:
    """Draws in units of a thing's radius around its centre, tilted by an angle in radians."""

    surface: Image.Image
    centre: Point
    radius: float
    tilt: float = 0.0

    def at(self, point: Point) -> Point:
        """Where a point of the thing's own coordinates (x right, y down) falls on the surface."""
        x, y = point
        cos, sin = math.cos(self.tilt), math.sin(self.tilt)
        return (
            self.centre[0] + self.radius * (x * cos - y * sin),
            self.centre[1] + self.radius * (x * sin + y * cos),
        )

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        """Fills the outline through `points`."""
        ImageDraw.Draw(self.surface).polygon([self.at(point) for point in points], fill=colour)

    def rectangle(
        self, left: float, top: float, right: float, bottom: float, colour: Colour
    ) -> None:
        """Fills a rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        """Fills a disc."""
        x, y = self.at(centre)
        reach = radius * self.radius
        ImageDraw.Draw(self.surface).ellipse(
            [x - reach, y - reach, x + reach, y + reach], fill=colour
        )
