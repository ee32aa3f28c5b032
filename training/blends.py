"""Pictures half way between two others, so that prompts can be interpolated evenly.

A model that only ever saw pure prompts turns a mixture of two into the nearer one and jumps from
the one to the other in the middle. Blends show it what lies between: backgrounds and colours mix,
and outlines grow into each other.
"""

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.canvas import COLOURS, SIDE, Colour, Pen, Point, finished, jittered
from training.pictures import RADII, Picture, sample
from training.scenes import background
from training.things import THINGS

NOTHING: Colour = (0, 0, 0)
"""Blacker than anything that is drawn, to tell where a thing is."""


@dataclass(frozen=True)
class Blend:
    """What lies `weight` (0 to 1) of the way from one picture of a thing to another."""

    first: Picture
    second: Picture
    weight: float


def sample_blend(seed: int) -> Blend:
    """The blend for learning that belongs to `seed`."""
    rng = random.Random(seed)
    return Blend(_plain_picture(rng), _plain_picture(rng), rng.uniform(0.02, 0.98))


def _plain_picture(rng: random.Random) -> Picture:
    """A picture for learning whose thing has the usual size and place."""
    while not (picture := sample(rng.getrandbits(40))).thing:
        pass
    return Picture(picture.colour, picture.thing, picture.background, seed=picture.seed)


def render_blend(blend: Blend) -> NDArray[np.uint8]:
    """The blend as (SIZE, SIZE, 3) RGB; the same blend gives the same pixels."""
    ends, weight = (blend.first, blend.second), blend.weight
    rng = random.Random(blend.first.seed)
    radius = rng.uniform(*RADII[""]) * SIDE
    centre = (_about_the_middle(rng), _about_the_middle(rng))
    tilt = rng.uniform(-0.08, 0.08)
    first, second = (background(end.background, rng) for end in ends)
    behind = Image.blend(first, second, weight)
    colours = [jittered(COLOURS[end.colour], rng) for end in ends]
    paints, depths = [], []
    for end, colour in zip(ends, colours, strict=True):
        paints.append(_drawn(end.thing, colour, colour, centre, radius, tilt))
        depths.append(_depth(_drawn(end.thing, colour, NOTHING, centre, radius, tilt)))
    inside = Image.fromarray((1 - weight) * depths[0] + weight * depths[1] > 0)
    before = Image.blend(paints[0], paints[1], weight)
    return np.asarray(finished(Image.composite(before, behind, inside)))


def _about_the_middle(rng: random.Random) -> float:
    return SIDE / 2 + rng.uniform(-0.04, 0.04) * SIDE


def _drawn(
    thing: str, colour: Colour, around: Colour, centre: Point, radius: float, tilt: float
) -> Image.Image:
    """The thing with nothing but one colour around it."""
    surface = Image.new("RGB", (SIDE, SIDE), around)
    THINGS[thing](Pen(surface, centre, radius, tilt), colour)
    return surface


def _depth(drawing: Image.Image) -> NDArray[np.float32]:
    """How deep in the thing, drawn on NOTHING, every pixel lies; negative outside of it.

    The distance to its outline in pixels: where two such fields are mixed, the zero line between
    them is an outline between theirs (Payne & Toga 1992, "Distance Field Manipulation").
    """
    mask = (np.asarray(drawing.convert("L")) > 0).astype(np.uint8)
    inner, outer = (cv2.distanceTransform(part, cv2.DIST_L2, 5) for part in (mask, 1 - mask))
    return np.asarray(inner - outer, np.float32)
