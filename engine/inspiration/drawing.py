"""Prompts for models that know much: one style throughout, while time, place or subject change."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import cycle, islice
from random import Random

from pydantic import BaseModel

_LONG = 8  # words
_LAST = "view"  # what may always change


class _Words(BaseModel):
    subjects: list[str]
    places: list[str]
    styles: list[str]
    passages: dict[str, list[str]]
    told: dict[str, frozenset[str]]


@cache
def _words() -> _Words:
    text = files("engine.inspiration").joinpath("words.toml").read_text("utf-8")
    return _Words.model_validate(tomllib.loads(text))


def draw_freely(phrases: Sequence[str], count: int, rng: Random) -> list[str]:
    """So many prompts about some phrases, or of the generator's own where there are none.

    All share their style, and either the subject and the place, the subject, or the place, so that
    one glides into the next. What the phrases tell already isn't drawn.
    """
    words = _words()
    phrases = [_without_drawn(phrase, words) for phrase in phrases]
    said = set(re.findall(r"[\w-]+", " ".join(phrases).lower()))
    told = {kind for kind, telling in words.told.items() if telling & said}
    changing = _changing(phrases, told, rng)
    subjects = phrases or _drawn(words.subjects, changing == "subject", count, rng)
    places = [""] if "place" in told else _drawn(words.places, changing == "place", count, rng)
    moments = _passage(words, told, rng)
    if changing == "place" or (not phrases and changing == "subject"):
        moments = moments[:1]
    style = "" if "style" in told else rng.choice(words.styles)
    rows = zip(cycle(subjects), cycle(places), cycle(moments), strict=True)
    return [
        _sentence(subject, place, moment, style) for subject, place, moment in islice(rows, count)
    ]


def _without_drawn(phrase: str, words: _Words) -> str:
    """A phrase without what was drawn for it before; all of it where that leaves nothing."""
    drawn = {*words.styles, *(moment for passage in words.passages.values() for moment in passage)}
    return ", ".join(part for part in phrase.split(", ") if part not in drawn) or phrase


def _changing(phrases: Sequence[str], told: set[str], rng: Random) -> str:
    if len(phrases) > 1:
        return "subject"
    choices = ["moment"] if "place" in told else ["moment", "place"]
    return rng.choice(choices if phrases else [*choices, "subject"])


def _drawn(every: Sequence[str], changes: bool, count: int, rng: Random) -> list[str]:
    return rng.sample(every, min(count, len(every)) if changes else 1)


def _passage(words: _Words, told: set[str], rng: Random) -> list[str]:
    """What passes, from any of its moments on."""
    kind = rng.choice([kind for kind in words.passages if kind not in told] or [_LAST])
    passage = words.passages[kind]
    start = rng.randrange(len(passage))
    return passage[start:] + passage[:start]


def _sentence(subject: str, place: str, moment: str, style: str) -> str:
    """A subject in its place, and the rest; a subject that is a list of words ends in a comma."""
    is_noun = "," not in subject and len(subject.split()) < _LONG
    head = f"{subject} {place}" if is_noun and place else subject
    parts = [head, "" if head != subject else place, moment, style]
    return ", ".join(part for part in parts if part)
