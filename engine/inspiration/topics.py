"""What people write to be inspired by, made plain: words alone, without anything that is syntax."""

import re

LONGEST = 120
_MOST = 8

_FLAGS = re.compile(r"(?:^|\s)(?:--|—|–)[A-Za-z].*", re.DOTALL)
_SPLIT = re.compile(r"[|\n\r;]+")
_KEY = re.compile(r"^\s*\d{1,12}(?:\.\d{0,9})?\s?s?\s?[:：]")
_WEIGHT = re.compile(r"(?<=\))\s?\d+(?:\.\d+)?|:\s?-?\d+(?:\.\d+)?(?=\))")
# Groups, JSON, markup and links are no words. A hyphen is, between letters.
_NO_WORDS = re.compile(r"[^\w\s',.-]|_")
_LOOSE = re.compile(r"(?<!\w)[-'.,]+|[-']+(?!\w)|\.(?=\S)")


def phrases_of(topics: str) -> list[str]:
    """The phrases of a text: prompts, or words between bars, lines and semicolons.

    At most eight, each of at most 120 characters; none of them empty.
    """
    parts = _SPLIT.split(topics[: LONGEST * _MOST * 2])
    plain = (_plain(_FLAGS.sub("", _KEY.sub("", part))) for part in parts)
    return [phrase for phrase in plain if phrase][:_MOST]


def _plain(text: str) -> str:
    words = _LOOSE.sub(" ", _NO_WORDS.sub(" ", _WEIGHT.sub("", text))).split()
    return " ".join(words)[:LONGEST].strip(" ,.-'")
