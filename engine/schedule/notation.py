"""The text of a schedule, taken apart: keys, values and easings.

Entries are separated by a comma, a semicolon or a line break outside brackets. An entry is a key, a
colon, a value and, if wanted, the name of an easing: `2.5s: (1.5) ease_in_out`. A text without a
key holds for all frames.
"""

import contextlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from engine.schedule.easing import easing_name
from engine.schedule.expressions import Expression

KEY_NAMES = ("max_f", "s", "fps", "pi", "e")
"""What a formula may name: the last frame, the seed, frames a second, and two constants."""
VALUE_NAMES = ("t", *KEY_NAMES)
"""What a value's formula may name: the frame, too."""

LAST_FRAME = 10**6
EXAMPLE = "write it like 0: (1.0), 30: (1.5)"
_KEYS = "a key is a whole number from 0, seconds as in 2.5s, percent as in 50%, or max_f-1"
_LONGEST_TEXT = 20_000
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FRAME = re.compile(r"\d{1,7}")
_TIME = re.compile(r"(?P<number>\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})\s?(?P<unit>s|%)")
_NO_KEY = re.compile(r"[+-]?[\d.]+\s?[s%]?")
_MARK = re.compile(r"[()\[\]{},;:\n]")
_TYPED = str.maketrans("：，；（）％−–", ":,;()%--")  # full-width signs; a minus and a short dash
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_LAST_NAME = re.compile(r"(?P<quote>[\"']?)(?P<name>[A-Za-z][\w^-]{0,30})(?P=quote)$")


@dataclass(frozen=True, slots=True)
class Key:
    """Where an entry stands, and how that was written.

    `unit` tells what `number` counts: frames (empty), seconds (`s`) or percent of the way to the
    last frame (`%`). A `formula` gives the frame otherwise.
    """

    text: str
    number: Fraction = Fraction(0)
    unit: str = ""
    formula: Expression | None = None

    def told(self, problem: object) -> ValueError:
        """The error that this entry has a problem."""
        return _told(self.text, problem)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, what it sets, and the easing that leads on to the next key."""

    key: Key
    value: float | Expression
    easing: str = "linear"


def parse_schedule(text: str) -> tuple[Entry, ...]:
    """The entries of a schedule, in the order they were written. ValueError says what is wrong."""
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"the schedule has {len(text)} characters, the most is {_LONGEST_TEXT}")
    parts = list(_split(text.translate(_TYPED)))
    if not parts:
        raise ValueError(f"the schedule is empty; {EXAMPLE}")
    for key, value in parts:
        if key is None and len(parts) > 1:
            raise ValueError(f"{_short(value)} has no key before a colon; {EXAMPLE}")
    return tuple(_entry(Key("") if key is None else _key(key), value) for key, value in parts)


def _split(text: str) -> Iterator[tuple[str | None, str]]:
    """Every entry's key, None where there is none, and what comes after its colon."""
    start, colon, depth = 0, -1, 0
    for at, mark in [
        *((found.start(), found[0]) for found in _MARK.finditer(text)),
        (len(text), ""),
    ]:
        key = text[start:colon] if colon >= start else None
        depth += mark in _OPENING
        depth -= mark in _CLOSING
        if depth < 0 or (depth and not mark):
            raise _told(key, f"the brackets in {_short(text[start : at + 1])} don't match")
        if depth:
            continue
        value = text[max(start, colon + 1) : at]
        if mark == ":":
            if key is not None:
                raise _told(key, f"a comma is missing, or a colon too many; {EXAMPLE}")
            colon = at
        elif mark not in _CLOSING and not (mark == "\n" and key and not value.strip()):
            if key is not None or value.strip():
                yield key, value
            start = at + 1


def _key(text: str) -> Key:
    text = " ".join(text.strip().strip("\"'“”‘’").split())
    if _FRAME.fullmatch(text) and int(text) <= LAST_FRAME:
        return Key(str(int(text)), Fraction(int(text)))
    if found := _TIME.fullmatch(text):
        return Key(text, Fraction(found["number"]), found["unit"])
    if not text or _NO_KEY.fullmatch(text):
        raise ValueError(f"{_short(text)} is no frame number; {_KEYS}")
    try:
        return Key(text, formula=Expression(text, KEY_NAMES))
    except ValueError as error:
        raise _told(text, error) from None


def _told(key: str | None, problem: object) -> ValueError:
    """The error that what stands at a key has a problem."""
    return ValueError(f"key {_cut(key.strip())}: {problem}" if key else str(problem))


def _entry(key: Key, text: str) -> Entry:
    try:
        text, easing = _without_easing(" ".join(text.split()))
        value = _value(text)
        if easing != "linear" and isinstance(value, Expression):
            raise ValueError(f"a formula holds until the next key; {easing} follows a number only")
        return Entry(key, value, easing)
    except ValueError as error:
        raise key.told(error if key.text else f"{error}; {EXAMPLE}") from None


def _without_easing(text: str) -> tuple[str, str]:
    """The value alone, and the name of the easing after it.

    A name in quotes or after a bracket or a number can be nothing else: no formula ends so.
    """
    found = _LAST_NAME.search(text)
    if not found:
        return text, "linear"
    before = text[: found.start()].rstrip()
    apart = before.endswith(")") or len(before) < found.start()
    if found["quote"] or (apart and before[-1:].isdigit()) or before.endswith(")"):
        return before, easing_name(found["name"])
    if apart and before[-1:].isalnum():
        with contextlib.suppress(ValueError):
            return before, easing_name(found["name"])
    return text, "linear"


def _value(text: str) -> float | Expression:
    inner = text
    while inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1].strip()
    if not _NUMBER.fullmatch(inner):
        return Expression(text, VALUE_NAMES)
    if not math.isfinite(number := float(inner)):
        raise ValueError(f"{_short(inner)} is too large a number")
    return number


def _short(text: str) -> str:
    return repr(_cut(text.strip()))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
