"""What is in a picture, which pictures there are, and drawing them.

Whole combinations of colour, thing and background are held out: the model never sees them while
it learns, so that judging it on them measures whether it composes rather than remembers.
"""

import random
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from training.canvas import COLOURS, SIDE, Pen, Point, finished, jittered
from training.scenes import BACKGROUNDS, SCENES, background
from training.things import THINGS

RADII = {"small": (0.17, 0.2), "": (0.26, 0.33), "big": (0.36, 0.4)}
"""Range of a thing's radius, as a share of the picture's side, by the word for its size."""
DIRECTIONS: dict[str, Point] = {
    "": (0, 0), "left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)
}  # fmt: skip
ILLEGIBLE = {("orange", "sunset"), ("black", "night"), ("white", "snow")}
SHOWN_FIRST = {("red", "circle", "white"), ("blue", "star", "night")}
"""The product's first example: always among the pictures learned from."""


@dataclass(frozen=True)
class Picture:
    """One picture: a colour's, thing's and background's name; no thing means background alone."""

    colour: str
    thing: str
    background: str
    size: str = ""
    place: str = ""
    blurry: bool = False
    seed: int = 0


def legible(colour: str, backdrop: str) -> bool:
    """Whether a thing of this colour stands out from the background."""
    return colour != backdrop and (colour, backdrop) not in ILLEGIBLE


def held_out(colour: str, thing: str, backdrop: str) -> bool:
    """Whether the combination is kept for judging: one in ten, the same on every machine."""
    if (colour, thing, backdrop) in SHOWN_FIRST:
        return False
    return zlib.crc32(f"{colour} {thing} {backdrop}".encode()) % 10 == 0


def combinations(kept_for_judging: bool) -> list[tuple[str, str, str]]:
    """Every (colour, thing, background) for judging, or every one for learning."""
    return [
        (colour, thing, backdrop)
        for colour in COLOURS
        for thing in THINGS
        for backdrop in BACKGROUNDS
        if legible(colour, backdrop) and held_out(colour, thing, backdrop) is kept_for_judging
    ]


def sample(seed: int) -> Picture:
    """The picture for learning that belongs to `seed`."""
    rng = random.Random(seed)
    backdrop = rng.choice(list(SCENES) if rng.random() < 0.45 else list(COLOURS))
    blurry = rng.random() < 0.04
    if rng.random() < 0.08:
        return Picture("", "", backdrop, blurry=blurry, seed=seed)
    colour, thing = rng.choice(list(COLOURS)), rng.choice(list(THINGS))
    while not legible(colour, backdrop) or held_out(colour, thing, backdrop):
        colour, thing = rng.choice(list(COLOURS)), rng.choice(list(THINGS))
    size = rng.choices(["", "small", "big"], [78, 10, 12])[0]
    place = rng.choice(["left", "right", "top", "bottom"]) if rng.random() < 0.14 else ""
    return Picture(colour, thing, backdrop, size, place, blurry, seed)


def render(picture: Picture) -> NDArray[np.uint8]:
    """The picture as (SIZE, SIZE, 3) RGB; the same picture gives the same pixels."""
    rng = random.Random(picture.seed)
    surface = background(picture.background, rng)
    if picture.thing:
        radius = rng.uniform(*RADII[picture.size]) * SIDE
        pen = Pen(surface, _centre(picture.place, radius, rng), radius, rng.uniform(-0.08, 0.08))
        THINGS[picture.thing](pen, jittered(COLOURS[picture.colour], rng))
    image = finished(surface)
    if picture.blurry:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(2.5, 4)))
    return np.asarray(image)


def _centre(place: str, radius: float, rng: random.Random) -> Point:
    """About the middle, or as far to one side as the thing's size leaves room for."""
    reach = min(max(0.0, SIDE / 2 - radius * 1.1), 0.22 * SIDE)
    dx, dy = DIRECTIONS[place]
    return _along(dx * reach, rng), _along(dy * reach, rng)


def _along(offset: float, rng: random.Random) -> float:
    return SIDE / 2 + offset + rng.uniform(-0.04, 0.04) * SIDE


def silhouette(thing: str) -> NDArray[np.bool_]:
    """The untilted thing's own pixels, large in the middle, as a (SIZE, SIZE) mask."""
    surface = Image.new("RGB", (SIDE, SIDE))
    THINGS[thing](Pen(surface, (SIDE / 2, SIDE / 2), 0.4 * SIDE), COLOURS["white"])
    return np.asarray(finished(surface).convert("L")) > 60
