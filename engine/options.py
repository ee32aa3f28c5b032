"""What a settings field is, told in words: its flag, unit, bounds, default and choices.

The flags, the help, the chats' option tables and the settings reference are all made from `Option`,
so that they can't drift from the fields.
"""

import json
import math
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

import annotated_types
from pydantic.fields import FieldInfo

from engine.schedule import Schedule
from engine.values import NameList

_ENDLESS = 10**9  # a bound that nobody needs to be told


@dataclass(frozen=True, slots=True)
class Within:
    """A bound on every value a schedule takes; formulas are held to it once they are computed."""

    least: float
    most: float

    def __call__(self, schedule: Schedule) -> Schedule:
        """The schedule itself; ValueError where it leaves the bounds."""
        for key, value in schedule.numbers.items():
            if not self.least <= value <= self.most:
                where = f"key {key}: " if key else ""
                raise ValueError(f"{where}{value:g} is outside {self.least:g} to {self.most:g}")
        return schedule


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts."""

    name: str


class Say(Protocol):
    """Puts a message into a language, and values into its {gaps}."""

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in that language."""
        ...


def in_english(message: str, /, **values: object) -> str:
    """A message as it stands in the code."""
    return message.format(**values)


KINDS: dict[type, str] = {
    bool: "on or off",
    int: "a whole number",
    float: "a number",
    Fraction: "a number or a fraction",
    Schedule: "a number or a schedule",
    str: "a text",
    dict: "a JSON object",
    NameList: "names, each with a weight",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One setting as its users see it.

    `bounds` are least and greatest value, each None where there is none; where `above` is true the
    least itself is too little. `default` is the text a
    user would type for it, empty where the model or a draw decides.
    """

    name: str
    type: type
    description: str
    default: str
    unit: str
    bounds: tuple[float | None, float | None]
    choices: tuple[str, ...]
    above: bool = False

    @property
    def flag(self) -> str:
        """The flag that sets it: `--guidance-scale`."""
        return "--" + self.name.replace("_", "-")

    @property
    def expected(self) -> str:
        """What a right value is, in words: `a whole number from 1 to 200 (steps)`."""
        return self.expected_in(in_english)

    def expected_in(self, say: Say) -> str:
        """`expected` in another language. Choices stay as they are typed."""
        if self.choices:
            return say("one of {choices}", choices=", ".join(self.choices))
        value = self._within_bounds(say)
        return say("{value} ({unit})", value=value, unit=say(self.unit)) if self.unit else value

    def _within_bounds(self, say: Say) -> str:
        kind, (least, most) = say(KINDS[self.type]), self.bounds
        if least is None:
            return kind if most is None else say("{kind} up to {most:g}", kind=kind, most=most)
        if most is None:
            return say("{kind} of at least {least:g}", kind=kind, least=least)
        if most >= _ENDLESS:
            return say("{kind} from {least:g} up", kind=kind, least=least)
        if self.above:
            return say("{kind} above {least:g}, to {most:g}", kind=kind, least=least, most=most)
        return say("{kind} from {least:g} to {most:g}", kind=kind, least=least, most=most)


def describe(name: str, info: FieldInfo) -> Option:
    """The option that a settings field makes."""
    kind, metadata = _unwrap(info.annotation, list(info.metadata))
    return Option(
        name=name,
        type=kind,
        description=info.description or "",
        default=text_of(info.default),
        unit=next((m.name for m in metadata if isinstance(m, Unit)), ""),
        bounds=_bounds(metadata),
        choices=tuple(kind) if issubclass(kind, StrEnum) else (),
        above=any(isinstance(c, annotated_types.Gt) for c in _flat(metadata)),
    )


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[type, list[Any]]:
    """The bare type below Optional and Annotated, with all their metadata."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        inner = next(a for a in typing.get_args(annotation) if a is not type(None))
        return _unwrap(inner, metadata)
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *more = typing.get_args(annotation)
        return _unwrap(inner, metadata + more)
    return typing.get_origin(annotation) or annotation, metadata


def _bounds(metadata: list[Any]) -> tuple[float | None, float | None]:
    least: float | None = None
    most: float | None = None
    for constraint in _flat(metadata):
        within = getattr(constraint, "func", None)
        if isinstance(within, Within):
            least, most = within.least, within.most
        elif isinstance(constraint, annotated_types.Ge):
            least = typing.cast(float, constraint.ge)
        elif isinstance(constraint, annotated_types.Gt):
            least = typing.cast(float, constraint.gt)
        elif isinstance(constraint, annotated_types.Le):
            most = typing.cast(float, constraint.le)
    return least, most


def _flat(metadata: list[Any]) -> list[Any]:
    return [c for m in metadata for c in (m.metadata if isinstance(m, FieldInfo) else [m])]


def text_of(value: object) -> str:
    """A setting's value as a user would type it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value.text if isinstance(value, Schedule | NameList) else str(value)


def values_within(option: Option, values: Sequence[float]) -> None:
    """ValueError names the first frame at which a schedule's value leaves the option's bounds."""
    least, most = (-math.inf if option.bounds[0] is None else option.bounds[0]), option.bounds[1]
    for frame, value in enumerate(values):
        if value < least or value > (math.inf if most is None else most):
            raise ValueError(f"{value:g} at frame {frame} is outside {least:g} to {most:g}")
