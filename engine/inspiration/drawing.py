"""Prompts for models that know much: one style throughout, while place, light or subject change."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import cycle, islice
from random import Random

_LONG = 8  # words


@cache
def _words() -> dict[str, list[str]]:
    text = files("engine.inspiration").joinpath("words.toml").read_text()
    return tomllib.loads(text)


def draw_freely(phrases: Sequence[str], count: int, rng: Random) -> list[str]:
    """So many prompts about some phrases, or of the generator's own where there are none.

    Neighbours share their style, and either the subject or the place, so that one glides into the
    next.
    """
    words = _words()
    style = rng.choice(words["styles"])
    lights = rng.sample(words["lights"], count)
    if phrases or rng.random() < 0.5:  # a subject travels
        subjects = list(phrases) or [rng.choice(words["subjects"])]
        scenes = [f"{light}, {style}" for light in lights]
        if len(subjects) == 1:
            places = rng.sample(words["places"], count)
            scenes = [f"{place}, {scene}" for place, scene in zip(places, scenes, strict=True)]
    else:  # a place sees one after the other
        subjects, place = rng.sample(words["subjects"], count), rng.choice(words["places"])
        scenes = [f"{place}, {light}, {style}" for light in lights]
    return list(map(_sentence, islice(cycle(subjects), count), scenes))


def _sentence(subject: str, scene: str) -> str:
    """A subject in a scene; one that is a list of words by itself ends in a comma."""
    is_noun = "," not in subject and len(subject.split()) < _LONG
    return f"{subject} {scene}" if is_noun else f"{subject}, {scene}"
