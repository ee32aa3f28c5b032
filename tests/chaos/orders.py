"""What users ask for: a few kinds of small animations, and whether each is accepted and shown."""

from dataclasses import dataclass

from tests.support.pictures import wave_png

_PICTURE = "wave.png"
FILES = {_PICTURE: wave_png(64, 64)}


@dataclass(frozen=True)
class Recipe:
    """A command. The same one always makes the same animation."""

    name: str
    text: str
    picture: str | None = None


RECIPES = (
    Recipe(
        "independent frames",
        "0: a red circle | 11: a blue star --frames 12 --batch-size 2 --seed 1 --format gif",
    ),
    Recipe(
        "chained frames",
        "0: a red circle | 5: a moon --zoom 1.1 --coherence-scale 500 --color-match --seed 2",
    ),
    Recipe(
        "from a picture",
        "0: a sea | 7: a wood --frames 8 --batch-size 1 --strength 0.6 --seed 3 --format webp",
        _PICTURE,
    ),
    Recipe("one batch", "0: a house | 2: a tree --batch-size 3 --seed 4"),
)


@dataclass
class Order:
    """A user's wish. It is accepted with `job`, which answers it in `message`.

    `deleted`: the user has taken the message away, so that the answer comes as a new one.
    """

    recipe: Recipe
    message: str = ""
    job: str | None = None
    deleted: bool = False
