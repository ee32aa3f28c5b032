"""The things the model can draw, each within about one radius of its centre."""

import math
from collections.abc import Callable

from training.canvas import Colour, Pen, Point, shade

BARK: Colour = (110, 70, 35)
STALK: Colour = (60, 120, 45)


def circle(pen: Pen, colour: Colour) -> None:
    """A disc."""
    pen.disc((0, 0), 0.95, colour)


def square(pen: Pen, colour: Colour) -> None:
    """A square."""
    pen.rectangle(-0.84, -0.84, 0.84, 0.84, colour)


def triangle(pen: Pen, colour: Colour) -> None:
    """A triangle standing on its base."""
    pen.polygon([(0, -1), (1, 0.8), (-1, 0.8)], colour)


def star(pen: Pen, colour: Colour) -> None:
    """A five-pointed star."""
    reach = [1.12 if corner % 2 == 0 else 0.47 for corner in range(10)]
    angles = [corner * math.pi / 5 for corner in range(10)]
    pen.polygon(
        [(r * math.sin(a), -r * math.cos(a)) for r, a in zip(reach, angles, strict=True)], colour
    )


def heart(pen: Pen, colour: Colour) -> None:
    """A heart, from the curve x = 16 sin³ t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t."""

    def outline(t: float) -> Point:
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        return 16 * math.sin(t) ** 3 / 16, -(y + 2) / 15.5

    pen.polygon([outline(2 * math.pi * step / 60) for step in range(60)], colour)


def moon(pen: Pen, colour: Colour) -> None:
    """A crescent open to the right: a disc less a smaller disc through the same two horns."""
    horn = math.radians(48)
    bite_x = 0.52
    bite_radius = math.hypot(math.cos(horn) - bite_x, math.sin(horn))
    bite_horn = math.atan2(math.sin(horn), math.cos(horn) - bite_x)
    outer = _arc(0, 1, horn, 2 * math.pi - horn)
    inner = _arc(bite_x, bite_radius, 2 * math.pi - bite_horn, bite_horn)
    pen.polygon([(x + 0.15, y) for x, y in outer + inner], colour)


def _arc(x: float, radius: float, start: float, end: float) -> list[Point]:
    angles = [start + (end - start) * step / 39 for step in range(40)]
    return [(x + radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def tree(pen: Pen, colour: Colour) -> None:
    """A round crown of three leafy balls on a trunk."""
    pen.rectangle(-0.17, 0.2, 0.17, 1.08, BARK)
    pen.disc((0, -0.4), 0.68, colour)
    pen.disc((-0.45, 0.05), 0.48, colour)
    pen.disc((0.45, 0.05), 0.48, colour)


def house(pen: Pen, colour: Colour) -> None:
    """Walls with a darker roof and door."""
    pen.rectangle(-0.78, -0.2, 0.78, 0.95, colour)
    pen.polygon([(-1.04, -0.18), (0, -1.04), (1.04, -0.18)], shade(colour))
    pen.rectangle(-0.21, 0.32, 0.21, 0.95, shade(colour))


def flower(pen: Pen, colour: Colour) -> None:
    """Six petals around a yellow eye (brown between yellow petals) on a stalk."""
    pen.rectangle(-0.09, 0, 0.09, 1.15, STALK)
    for petal in range(6):
        angle = petal * math.pi / 3 + math.pi / 6
        pen.disc((0.5 * math.cos(angle), 0.5 * math.sin(angle) - 0.28), 0.35, colour)
    yellowish = colour[0] > 200 and colour[1] > 180 and colour[2] < 120
    pen.disc((0, -0.28), 0.29, (150, 90, 30) if yellowish else (250, 215, 60))


def boat(pen: Pen, colour: Colour) -> None:
    """Two sails on a mast above a darker hull."""
    pen.polygon([(-1.08, 0.38), (1.08, 0.38), (0.66, 0.92), (-0.66, 0.92)], shade(colour))
    pen.rectangle(-0.08, -1.05, 0.08, 0.4, BARK)
    pen.polygon([(0.08, -1.05), (0.98, 0.26), (0.08, 0.26)], colour)
    pen.polygon([(-0.08, -0.85), (-0.8, 0.26), (-0.08, 0.26)], colour)


THINGS: dict[str, Callable[[Pen, Colour], None]] = {
    drawing.__name__: drawing
    for drawing in (circle, square, triangle, star, heart, moon, tree, house, flower, boat)
}
