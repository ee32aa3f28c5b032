"""What of a vocabulary a text speaks of, in its own words, in others, or in another script."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

_LITTLE_WORDS = re.compile(r"\bin front of\b|\b(?:a|an|the|in|on|at|by|of)\b|\{\w+\}")


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    text = files("engine.inspiration").joinpath("meanings.toml").read_text("utf-8")
    return tomllib.loads(text)


def near(name: str) -> list[str]:
    """Words that a vocabulary's own word is the nearest to."""
    return _tables()["near"].get(name, [])


def hidden_in(setting: str) -> list[str]:
    """The colours that hardly show in a setting."""
    return _tables()["hidden"].get(setting, [])


def telling_words(
    wordings: Mapping[str, Sequence[str]], colours: Sequence[str]
) -> dict[str, set[str]]:
    """The words by which each setting is told from all others."""
    words = {
        name: set(_LITTLE_WORDS.sub(" ", " ".join(phrases)).split()) - set(colours)
        for name, phrases in wordings.items()
    }
    return {
        name: own - set().union(*(other for rival, other in words.items() if rival != name))
        for name, own in words.items()
    }


def named(names: Mapping[str, Iterable[str]], text: str) -> list[str]:
    """The names of which a text has a word, or its plural, in the order of the text."""
    places = {name: [_place(word, text) for word in words] for name, words in names.items()}
    first = {name: min(found, default=len(text)) for name, found in places.items()}
    return sorted((name for name in first if first[name] < len(text)), key=first.__getitem__)


def _place(word: str, text: str) -> int:
    """Where a word begins; the text's length where it isn't there."""
    # Chinese has no spaces between words.
    pattern = re.escape(word) if ord(word[0]) > 0x2E80 else rf"\b{re.escape(word)}(?:e?s)?\b"
    found = re.search(pattern, text)
    return found.start() if found else len(text)
