"""Words for pictures: a caption in one of many wordings, and the vocabulary they draw on."""

import random
from collections.abc import Sequence

from training.canvas import COLOURS
from training.pictures import DIRECTIONS, RADII, Picture
from training.scenes import SCENES
from training.things import THINGS

OTHER_WORDS = {
    "circle": ["ball", "sun", "disc"],
    "square": ["box"],
    "moon": ["crescent"],
    "house": ["home", "cottage"],
    "flower": ["blossom"],
    "boat": ["ship", "sailboat"],
    "big": ["large"],
    "small": ["little"],
}
"""Words that mean the same; things' come in one caption of ten."""
SETTINGS = {
    "sunset": ["at sunset", "on a sunset sky", "in front of a sunset sky", "at dusk"],
    "night": ["on a night sky", "at night", "in the night sky", "on a starry night sky"],
    "sea": ["on the sea", "by the sea", "on the ocean", "on a blue sea"],
    "meadow": ["in a meadow", "on a meadow", "on green grass", "in a green field"],
    "desert": ["in the desert", "in a desert", "on desert sand"],
    "snow": ["in the snow", "in snowy mountains", "in the mountains", "in winter"],
}
VIEWS = {
    "sunset": ["a sunset sky", "sunset"],
    "night": ["a night sky", "a starry night sky", "night sky with stars"],
    "sea": ["the sea", "a blue sea", "the ocean"],
    "meadow": ["a meadow", "a green field", "a meadow with green grass"],
    "desert": ["a desert", "desert sand", "the desert"],
    "snow": ["snowy mountains", "mountains in the snow", "winter snow"],
}
PLACES = {
    "left": "on the left", "right": "on the right", "top": "at the top", "bottom": "at the bottom"
}  # fmt: skip
KINDS = ["a picture of", "a photo of", "a drawing of", "an illustration of", "a painting of"]
STYLES = [
    "masterpiece", "best quality", "highly detailed", "beautiful", "simple", "clean",
    "vivid colors", "digital art", "flat design", "minimalist", "cute", "sharp", "cinematic",
]  # fmt: skip


def with_article(noun: str) -> str:
    """`noun` after "a" or "an"."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def plain_caption(colour: str, thing: str, backdrop: str) -> str:
    """The wording that pictures are judged by: "a red star on a white background"."""
    setting = SETTINGS[backdrop][0] if backdrop in SETTINGS else _setting(backdrop)
    return f"{with_article(f'{colour} {thing}')} {setting}"


def caption(picture: Picture, rng: random.Random) -> str:
    """One of the many captions that fit the picture."""
    tags = rng.random() < 0.12
    parts = _tags(picture, rng) if tags else [_sentence(picture, rng)]
    if picture.blurry and (tags or "blurry" not in parts[0]):
        parts.append("blurry")
    if rng.random() < 0.1:
        parts[0] = f"{rng.choice(KINDS)} {parts[0]}"
    if rng.random() < 0.1:
        parts += rng.sample(STYLES, rng.randint(1, 3))
    if rng.random() < 0.03:
        parts.insert(rng.randrange(len(parts) + 1), _unknown_word(rng))
    return ", ".join(parts)


def _sentence(picture: Picture, rng: random.Random) -> str:
    if not picture.thing:
        return _view(picture.background, rng)
    words = _noun(picture, rng)
    if picture.blurry and rng.random() < 0.6:
        words = f"blurry {words}"
    backdrop = _setting_of(picture.background, rng) if rng.random() > 0.06 else ""
    details = [part for part in (backdrop, PLACES.get(picture.place, "")) if part]
    rng.shuffle(details)
    return " ".join([with_article(words), *details])


def _tags(picture: Picture, rng: random.Random) -> list[str]:
    if not picture.thing:
        return [_view(picture.background, rng)]
    place = [PLACES[picture.place]] if picture.place else []
    return [_noun(picture, rng), _view(picture.background, rng).removeprefix("a "), *place]


def _noun(picture: Picture, rng: random.Random) -> str:
    colour = picture.colour if rng.random() > 0.05 else ""
    size, thing = _in_other_words(picture.size, 0.3, rng), _in_other_words(picture.thing, 0.1, rng)
    return " ".join(word for word in (size, colour, thing) if word)


def _in_other_words(word: str, chance: float, rng: random.Random) -> str:
    others = OTHER_WORDS.get(word)
    return rng.choice(others) if others and rng.random() < chance else word


def _setting_of(backdrop: str, rng: random.Random) -> str:
    return rng.choice(SETTINGS[backdrop]) if backdrop in SETTINGS else _setting(backdrop)


def _setting(colour: str) -> str:
    return f"on {with_article(colour)} background"


def _view(backdrop: str, rng: random.Random) -> str:
    if backdrop in VIEWS:
        return rng.choice(VIEWS[backdrop])
    return rng.choice([f"{with_article(backdrop)} background", f"a plain {backdrop} background"])


def _unknown_word(rng: random.Random) -> str:
    """Letters without meaning, so that words the model doesn't know disturb it little."""
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 8)))


def words() -> list[str]:
    """Every word that captions use, sorted."""
    phrases: list[Sequence[str]] = [
        list(COLOURS), list(THINGS), list(SCENES), list(RADII), list(DIRECTIONS), KINDS, STYLES,
        list(PLACES.values()), *SETTINGS.values(), *VIEWS.values(), *OTHER_WORDS.values(),
        ["a an on background plain blurry"],
    ]  # fmt: skip
    return sorted({word for group in phrases for phrase in group for word in phrase.split()})


def vocabulary() -> dict[str, object]:
    """What can be asked for, as plain data: the words of prompts by their part."""
    return {
        "pattern": "a {size} {colour} {thing} {setting}",
        "colours": list(COLOURS),
        "things": list(THINGS),
        "settings": {"plain": ["on a {colour} background"], **SETTINGS},
        "sizes": ["small", "big"],
        "places": list(PLACES.values()),
        "same_meaning": OTHER_WORDS,
    }
