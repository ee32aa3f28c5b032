"""Weights written for other programs, in the way this one reads them.

Most people learned to weight words in the AUTOMATIC1111 web UI: `(cat:1.3)`, `((cat))` for 1.1²,
`[cat]` for 1/1.1. Compel, which weights them here, writes `(cat)1.3`. A single pair of brackets
means nothing to Compel, and stays: in many prompts it is only a remark.
https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#attentionemphasis
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What is escaped; what opens, closes or splits a group; and what no group goes beyond.
_MARK = re.compile(r'\\.|[()\[\]:|\n"]|(?:--|—|–)neg', re.IGNORECASE)
_WEIGHT = re.compile(r"(?<!\\):\s*(?P<weight>\d{1,2}(?:\.\d{1,4})?|\.\d{1,4})\s*$")
_WORD = re.compile(r"\S")
_LONGEST_WEIGHT = 20
_LARGEST_WEIGHT = 10
_EMPHASIS = 1.1
_MOST_LAYERS = 24  # 1.1²⁴ is just below the largest weight
_OPENING = {")": "(", "]": "["}
# What Compel would take for the group's operator, or for a part of its weight.
_OPERATOR = re.compile(r"[+\-\d]|\.\w")
_GLUED = re.compile(r"[\w+\-]|\.\d")
_FORMULA = re.compile(r"\([^()`]{1,200}:\s?`")
_MOST_REMARKS = 8
_LONGEST_REMARK = 60


@dataclass(slots=True)
class _Group:
    """Words in brackets, from the first bracket at `start` to the last one, before `end`.

    `layers` is how many of these brackets lie close around each other; what closes them starts at
    `tail`. `factor` is the words' weight; empty where the brackets are only brackets.
    """

    bracket: str
    start: int
    tail: int
    end: int
    layers: int = 1
    factor: str = ""


def translate_weights(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its weights as Compel writes them, and a remark on each that was changed.

    What only looks like a weight, as the time in `(at 10:30)`, stays: none is above 10. So does a
    text that is translated already.
    """
    pieces, remarks, at = [], dict[str, None](), 0
    for groups in _nests(text):
        start, end = groups[0].start, groups[0].end
        translated = _translated(text, groups)
        pieces += [text[at:start], translated]
        at = end
        read = f"{_short(text[start:end])} was read as {_short(translated.strip())}"
        remarks[f"{read}, the way to weight words here"] = None
    if _FORMULA.search(text):
        remarks["a weight that is a formula, as in (cat:`t/9`), is not read here"] = None
    told = list(remarks)
    if len(told) > _MOST_REMARKS:
        told[_MOST_REMARKS:] = [f"{len(told) - _MOST_REMARKS} more weights were read likewise"]
    return "".join([*pieces, text[at:]]), tuple(told)


def _nests(text: str) -> Iterator[list[_Group]]:
    """The weighted groups that lie in no other, each followed by those inside it."""
    nest: list[_Group] = []
    for group in sorted(_groups(text), key=lambda group: group.start):
        if nest and group.start >= nest[0].end:
            yield nest
            nest = []
        nest.append(group)
    if nest:
        yield nest


def _groups(text: str) -> list[_Group]:
    """The weighted groups of a text, each one after those inside it."""
    closed: list[_Group] = []
    opened: list[int] = []
    editing: set[int] = set()  # prompt editing, as [cat:dog:0.5], is no weight
    for mark in _MARK.finditer(text):
        sign, at = mark[0], mark.start()
        if sign in ("(", "["):
            opened.append(at)
        elif sign in _OPENING:
            if not opened or text[opened[-1]] != _OPENING[sign]:
                opened.clear()  # nor are brackets that cross each other
            elif (start := opened.pop()) not in editing:
                _close(text, start, at, closed)
        elif sign == ":":
            editing.update(start for start in opened[-1:] if text[start] == "[")
        elif not sign.startswith("\\"):
            opened.clear()
    return [group for group in closed if group.factor]


def _close(text: str, start: int, end: int, closed: list[_Group]) -> None:
    """Add the group between two brackets to those that are closed, or merge it with the last."""
    bracket = text[start]
    weight = _WEIGHT.search(text, max(start, end - _LONGEST_WEIGHT), end)
    group = _Group(bracket, start, end, end + 1)
    inner = closed[-1] if closed else None
    if inner and (inner.start, inner.end) != (start + 1, end):
        inner = None
    if bracket == "(" and weight and float(weight["weight"]) <= _LARGEST_WEIGHT:
        group.tail, group.factor = weight.start(), weight["weight"]
    elif inner and inner.bracket == bracket and inner.tail == inner.end - inner.layers:
        closed.pop()
        group.layers = inner.layers + 1
        group.tail = end + 1 - group.layers
        group.factor = _emphasis(bracket, group.layers)
    elif bracket == "[" or (inner and inner.factor):
        group.factor = _emphasis(bracket, 1)
    if not _WORD.search(text, start + 1, group.tail) or (
        group.tail == group.end - group.layers and _OPERATOR.match(text, group.end)
    ):
        group.factor = ""
    closed.append(group)


def _emphasis(bracket: str, layers: int) -> str:
    if layers > _MOST_LAYERS:
        return ""
    return f"{_EMPHASIS ** (layers if bracket == '(' else -layers):.4g}"


def _translated(text: str, groups: list[_Group]) -> str:
    """The first group as Compel writes it, with those inside it, and apart from what is beside."""
    edits = []
    for group in groups:
        before, after = text[group.start - 1 : group.start], _GLUED.match(text, group.end)
        opening = "(" if not before or before.isspace() or before in '(["' else " ("
        edits.append((group.start, group.start + group.layers, opening))
        edits.append((group.tail, group.end, f"){group.factor}" + (" " if after else "")))
    pieces, at = [], groups[0].start
    for start, end, replacement in sorted(edits):
        pieces += [text[at:start], replacement]
        at = end
    return "".join(pieces)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_REMARK else text[:_LONGEST_REMARK] + "…"
