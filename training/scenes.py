"""The backgrounds the model can draw: plain colours and six simple scenes."""

import math
import random
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from training.canvas import COLOURS, SIDE, Colour, Point, jittered, scaled

Stop = tuple[float, Colour]


def gradient(stops: Sequence[Stop]) -> Image.Image:
    """A surface whose colour runs down through `stops` (height from 0 at the top to 1, colour)."""
    heights = np.linspace(0, 1, SIDE)
    places = [place for place, _ in stops]
    columns = [np.interp(heights, places, [colour[c] for _, colour in stops]) for c in range(3)]
    column = np.stack(columns, axis=1).round().astype(np.uint8)
    return Image.fromarray(np.repeat(column[:, None], SIDE, axis=1))


def plain(colour: Colour, rng: random.Random) -> Image.Image:
    """One colour, in half of the pictures a little darker towards the bottom."""
    top = jittered(colour, rng)
    return gradient([(0, top), (1, scaled(top, rng.choice([1.0, rng.uniform(0.85, 1)])))])


def sunset(rng: random.Random) -> Image.Image:
    """Purple over pink and orange to pale gold."""
    colours: list[Colour] = [(70, 40, 120), (200, 70, 120), (250, 140, 70), (255, 215, 120)]
    return gradient(
        [(h, jittered(c, rng, 10)) for h, c in zip((0, 0.4, 0.7, 1), colours, strict=True)]
    )


def night(rng: random.Random) -> Image.Image:
    """A dark sky strewn with small stars."""
    sky = gradient([(0, jittered((6, 8, 30), rng, 4)), (1, jittered((26, 32, 82), rng, 6))])
    draw = ImageDraw.Draw(sky)
    for _ in range(rng.randint(9, 14)):
        x, y, reach = rng.uniform(0, SIDE), rng.uniform(0, SIDE), rng.uniform(3.5, 5.5)
        draw.ellipse([x - reach, y - reach, x + reach, y + reach], fill=(245, 245, 220))
    return sky


def sea(rng: random.Random) -> Image.Image:
    """A light sky over water with a few waves."""
    surface = gradient([(0, jittered((120, 190, 245), rng)), (0.55, (205, 232, 250))])
    draw = ImageDraw.Draw(surface)
    horizon = rng.uniform(0.55, 0.62) * SIDE
    water = jittered((20, 95, 170), rng)
    draw.rectangle([0, horizon, SIDE, SIDE], fill=water)
    for row in range(3):
        y = horizon + (row + 0.7) * (SIDE - horizon) / 3.2
        draw.line(_wave(y, 6, 24, rng), fill=_lighter(water), width=9)
    return surface


def meadow(rng: random.Random) -> Image.Image:
    """Two rolling fields of grass under a light sky."""
    sky = gradient([(0, jittered((110, 185, 245), rng)), (0.7, (215, 238, 252))])
    return _hills(sky, jittered((120, 195, 75), rng), rng)


def desert(rng: random.Random) -> Image.Image:
    """Two dunes under a hot sky."""
    sky = gradient([(0, jittered((250, 205, 150), rng)), (0.65, (255, 238, 205))])
    return _hills(sky, jittered((222, 175, 100), rng), rng)


def snow(rng: random.Random) -> Image.Image:
    """Three snow-capped mountains behind a white plain."""
    surface = gradient([(0, jittered((140, 180, 215), rng)), (0.7, (210, 226, 240))])
    draw = ImageDraw.Draw(surface)
    foot = 0.72 * SIDE
    for mountain in range(3):
        x, top = (mountain + rng.uniform(0.3, 0.7)) * SIDE / 3, rng.uniform(0.28, 0.42) * SIDE
        _mountain(draw, (x, top), foot, rng.uniform(0.24, 0.32) * SIDE, rng)
    draw.rectangle([0, foot, SIDE, SIDE], fill=(240, 244, 250))
    return surface


def _mountain(
    draw: ImageDraw.ImageDraw, peak: Point, foot: float, half: float, rng: random.Random
) -> None:
    x, top = peak
    draw.polygon(
        [(x, top), (x - half, foot), (x + half, foot)], fill=jittered((110, 125, 150), rng)
    )
    line, cap = top + (foot - top) / 3, half / 3
    draw.polygon([(x, top), (x - cap, line), (x + cap, line)], fill=(248, 250, 253))


def _hills(surface: Image.Image, colour: Colour, rng: random.Random) -> Image.Image:
    draw = ImageDraw.Draw(surface)
    horizon = rng.uniform(0.6, 0.66) * SIDE
    for drop, tone in ((0, colour), (60, scaled(colour, 0.86))):
        ridge = _wave(horizon + drop, 16, 80, rng)
        draw.polygon([*ridge, (SIDE, SIDE), (0, SIDE)], fill=tone)
    return surface


def _wave(y: float, height: float, length: float, rng: random.Random) -> list[Point]:
    phase = rng.uniform(0, 2 * math.pi)
    return [(x, y + height * math.sin(x / length + phase)) for x in range(0, SIDE + 8, 8)]


def _lighter(colour: Colour) -> Colour:
    red, green, blue = (min(255, channel + 45) for channel in colour)
    return red, green, blue


SCENES: dict[str, Callable[[random.Random], Image.Image]] = {
    scene.__name__: scene for scene in (sunset, night, sea, meadow, desert, snow)
}
BACKGROUNDS = [*COLOURS, *SCENES]


def background(name: str, rng: random.Random) -> Image.Image:
    """The surface for a colour's or a scene's name; KeyError for any other."""
    return plain(COLOURS[name], rng) if name in COLOURS else SCENES[name](rng)
