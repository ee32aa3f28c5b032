"""Pictures of things at any place and size, and drawings of their outlines such as users make.

The pictures that the model itself learned from have their thing about the middle. A ControlNet
that has only seen those would pull every outline there, so these are placed freely, and a part of
them are shapes that no word describes.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.media import Picture as Pixels
from engine.render.preprocessing.edges import canny, lineart, soft_edge
from training.canvas import COLOURS, SIDE, SIZE, Colour, Pen, Point, finished, jittered
from training.pictures import Picture, sample
from training.scenes import background
from training.things import THINGS

NAMELESS = 0.25
"""Share of pictures whose shape is none of the things."""
OTHER_WORDS = 0.1
"""Share of captions that name another thing, and of those with a size or place that isn't so."""
RADII = (0.12, 0.44)
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True)
class Placed:
    """A picture's thing, or a shape without a name, with its place as a share of the side."""

    picture: Picture
    centre: Point
    radius: float
    tilt: float
    nameless: bool

    def drawn(self) -> Pixels:
        """The picture as (SIZE, SIZE, 3) RGB; the same one gives the same pixels."""
        rng = random.Random(self.picture.seed)
        surface = background(self.picture.background, rng)
        if self.picture.thing:
            self._draw(surface, jittered(COLOURS[self.picture.colour], rng))
        return np.asarray(finished(surface))

    def stencil(self) -> Pixels:
        """The thing alone, black on white."""
        surface = Image.new("RGB", (SIDE, SIDE), WHITE)
        if self.picture.thing:
            self._draw(surface, BLACK)
        return np.asarray(finished(surface))

    def _draw(self, surface: Image.Image, colour: Colour) -> None:
        centre = (self.centre[0] * SIDE, self.centre[1] * SIDE)
        pen = Pen(surface, centre, self.radius * SIDE, self.tilt)
        if self.nameless:
            pen.polygon(_any_shape(random.Random(self.picture.seed)), colour)
        else:
            THINGS[self.picture.thing](pen, colour)


def place(seed: int) -> Placed:
    """The placed picture that belongs to `seed`: all of its thing's centre is in the picture."""
    rng = random.Random(f"place {seed}")
    radius = rng.uniform(*RADII)
    room = max(0.04, 0.5 - radius)
    centre = (0.5 + rng.uniform(-room, room), 0.5 + rng.uniform(-room, room))
    tilt = rng.gauss(0, 0.15)
    picture = replace(sample(seed), size="", place="", blurry=False)
    return Placed(picture, centre, radius, tilt, rng.random() < NAMELESS)


def as_told(placed: Placed, rng: random.Random) -> Picture:
    """What a caption is made from: mostly the truth, but where it isn't, outlines are to win."""
    told = placed.picture
    if not told.thing:
        return told
    if rng.random() < OTHER_WORDS:
        told = replace(told, thing=rng.choice(list(THINGS)))
    if rng.random() < OTHER_WORDS:
        told = replace(told, size=rng.choice(["small", "big"]))
    if rng.random() < OTHER_WORDS:
        told = replace(told, place=rng.choice(["left", "right", "top", "bottom"]))
    return told


def outline(drawn: Pixels, stencil: Pixels, rng: random.Random) -> Pixels:
    """One of the drawings that could stand for the picture: (SIZE, SIZE, 3), white on black.

    Edges of the whole picture or of the thing alone, by any detector, or strokes by hand; parts
    may be missing.
    """
    detector = rng.choices([_canny_of(rng), soft_edge, lineart], [80, 10, 10])[0]
    source = rng.choices([drawn, stencil, _by_hand(stencil, rng)], [40, 40, 20])[0]
    lines = detector(source)
    return _with_gaps(lines, rng) if rng.random() < 0.1 else lines


def _canny_of(rng: random.Random) -> Callable[[Pixels], Pixels]:
    """Canny with its usual thresholds two times out of three."""
    low = rng.randint(40, 150) if rng.random() < 1 / 3 else 100
    return lambda picture: canny(picture, low, 2 * low)


def _by_hand(stencil: Pixels, rng: random.Random) -> Pixels:
    """The thing's outline drawn with an unsteady pen, dark on white."""
    inside = (stencil[..., 0] < 128).astype(np.uint8)
    contours, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    sheet = np.full((SIZE, SIZE, 3), 255, np.uint8)
    for contour in contours:
        points = contour[:, 0].astype(np.float64)
        steps = np.arange(len(points)) / max(1, len(points)) * 2 * math.pi
        for axis in (0, 1):
            waves = [(rng.uniform(0, 0.8), rng.randint(2, 7), rng.uniform(0, 6)) for _ in range(2)]
            points[:, axis] += sum(size * np.sin(k * steps + start) for size, k, start in waves)
        path = np.rint(points * 16).astype(np.int32)
        cv2.polylines(sheet, [path], True, BLACK, rng.choice([1, 2, 3]), cv2.LINE_AA, shift=4)
    return sheet


def _with_gaps(lines: Pixels, rng: random.Random) -> Pixels:
    """The drawing with a few patches rubbed out, or in one of three with nothing left."""
    left = lines.copy()
    if rng.random() < 1 / 3:
        left[:] = 0
    for _ in range(rng.randint(1, 4)):
        x, y, side = rng.randrange(SIZE), rng.randrange(SIZE), rng.randint(6, 24)
        left[y : y + side, x : x + side] = 0
    return left


def _any_shape(rng: random.Random) -> list[Point]:
    """A smooth blob or a polygon with 3 to 7 corners, stretched, within one radius."""
    stretch = rng.uniform(0.5, 1)
    if rng.random() < 0.5:
        corners = rng.randint(3, 7)
        angles = [2 * math.pi * (k + rng.uniform(-0.3, 0.3)) / corners for k in range(corners)]
        reach: list[float] = [rng.uniform(0.6, 1) for _ in angles]
    else:
        angles = [2 * math.pi * k / 60 for k in range(60)]
        waves = [(rng.uniform(0, 0.25), k, rng.uniform(0, 6)) for k in (2, 3, 4)]
        reach = [0.7 + sum(a * math.sin(k * t + b) for a, k, b in waves) / 2 for t in angles]
    return [
        (r * math.cos(t), stretch * r * math.sin(t)) for r, t in zip(reach, angles, strict=True)
    ]


def mask(stencil: Pixels) -> NDArray[np.bool_]:
    """Where the thing is: (SIZE, SIZE)."""
    return stencil[..., 0] < 128
