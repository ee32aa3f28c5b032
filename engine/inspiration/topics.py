"""What people write to be inspired by, made plain: words alone, without anything that is syntax."""

import re
import unicodedata

from engine.errors import InputError
from engine.prompts import parse_prompts

LONGEST = 100
_MOST = 8
_LONGEST_TEXT = 4000

_FLAGS = re.compile(r"(?:^|\s)(?:--|—|–)[A-Za-z].*", re.DOTALL)
_SPLIT = re.compile(r"[|\n\r;；]+")
_KEY = re.compile(r"^\s*\d{1,12}(?:\.\d{0,9})?\s?s?\s?[:：]")
_WEIGHT = re.compile(r"(?<=\))\s?\d+(?:\.\d+)?|:\s?-?\d+(?:\.\d+)?(?=\))")
_LINK = re.compile(r"https?://\S+|<[@#:a][^\s<>]{0,80}>")
# A hyphen and an apostrophe are of a word where they are between letters.
_LOOSE = re.compile(r"-{2,}|(?<!\w)[-'.,]+|[-']+(?!\w)|\.(?=\S)")
_JOINERS = "\u200c\u200d"  # letters and emoji of some scripts are joined, or kept apart, by these
_WITHIN = " ',.-"


def phrases_of(topics: str) -> list[str]:
    """The phrases of a text: prompts, or words between bars, lines and semicolons.

    At most eight different ones, each of at most 100 characters; none of them empty.
    """
    parts = [
        _KEY.sub("", part)
        for text in _prompts(topics[:_LONGEST_TEXT])
        for part in _SPLIT.split(_FLAGS.sub("", text))
    ]
    plain = dict.fromkeys(_plain(part) for part in parts)
    return [phrase for phrase in plain if any(map(_is_seen, phrase))][:_MOST]


def _prompts(topics: str) -> list[str]:
    """The prompts of keyframes; a text that is none is one by itself."""
    try:
        return [key.prompt for key in parse_prompts(topics)]
    except InputError:
        return [topics]


def _plain(text: str) -> str:
    text = _WEIGHT.sub("", _LINK.sub(" ", text))
    words = "".join(char if char in _WITHIN or _is_word(char) else " " for char in text)
    return _cut(" ".join(_LOOSE.sub(" ", words).split())).strip(" ,.-'")


def _is_seen(char: str) -> bool:
    """Whether it is a letter, a digit or an emoji."""
    category = unicodedata.category(char)
    return category[0] in "LN" or category == "So"


def _is_word(char: str) -> bool:
    """Whether words hold it: brackets, quotes, links' and flags' signs are in none."""
    return _is_seen(char) or char in _JOINERS or unicodedata.category(char)[0] == "M"


def _cut(text: str) -> str:
    """The text up to its last whole word within the length."""
    if len(text) <= LONGEST:
        return text
    words = text[: LONGEST + 1].rpartition(" ")[0]
    return words or text[:LONGEST]
