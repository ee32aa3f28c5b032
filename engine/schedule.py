"""A schedule: a number that changes over the frames, written as in Deforum and keyframed.

`0: (1.0), 30: (1.05)` means 1.0 at frame 0, 1.05 from frame 30 on, and a straight line between.
Keys come in any order, the last of two equal ones wins, the ends are flat. A line break or `;`
separates as a comma does, and one at the end does no harm. A bare number holds for ever.
"""

import math
import re
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import keyframed.curve
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

# keyframed finds out whether a value is a torch tensor by importing torch: two seconds and 300 MB
# in processes that must stay small. A tensor can only come from a torch that is loaded already.
keyframed.curve.is_torch_tensor = lambda value: (
    "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor)
)

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_ENTRY = re.compile(rf"(?P<frame>[^:]*):\s*(?:\((?P<inner>[^()]*)\)|(?P<bare>{_NUMBER}))")
_SEPARATOR = re.compile(r"\s*[,;\n]\s*")
_EXAMPLE = "write it like 0: (1.0), 30: (1.5)"
_LAST_FRAME = 10**6
_LONGEST_TEXT = 20_000


class Schedule:
    """Numbers over frames. `text` is what it was written as; equal texts are equal schedules."""

    def __init__(self, text: str | float) -> None:
        self.text = f"{text:g}" if isinstance(text, int | float) else text.strip()
        self._points = _parse(self.text)

    @cached_property
    def _curve(self) -> Any:
        first = min(self._points)
        # keyframed starts a curve without a key at 0 from the value 0; here the first key holds.
        points = {0: self._points[first]} | self._points
        return keyframed.curve.Curve(points, default_interpolation="linear")

    def at(self, frame: int) -> float:
        """The value at a frame, counted from 0."""
        return float(self._curve[frame])

    def over(self, frames: int) -> Sequence[float]:
        """The values at frames 0 … `frames` - 1."""
        return [self.at(frame) for frame in range(frames)]

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the greatest value it takes."""
        return min(self._points.values()), max(self._points.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Schedule({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Settings hold schedules as themselves and save them as the text they were written as."""
        return core_schema.no_info_plain_validator_function(
            _validate,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda s: s.text),
            json_schema_input_schema=core_schema.str_schema(),
        )


def _validate(value: object) -> Schedule:
    if isinstance(value, Schedule):
        return value
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return Schedule(value)
    raise ValueError(f"a schedule is a number or a text, not {type(value).__name__}; {_EXAMPLE}")


def _parse(text: str) -> dict[int, float]:
    """Key frames and their values. ValueError (pydantic's own) says which entry is wrong."""
    if not text:
        raise ValueError(f"the schedule is empty; {_EXAMPLE}")
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"the schedule has {len(text)} characters, the most is {_LONGEST_TEXT}")
    if re.fullmatch(_NUMBER, text):
        return {0: _finite(text, text)}
    points: dict[int, float] = {}
    at = 0
    while at < len(text):
        entry = _ENTRY.match(text, at)
        if not entry:
            raise ValueError(f"can't read {text[at : at + 30]!r} at character {at + 1}; {_EXAMPLE}")
        value = (entry["inner"] or entry["bare"] or "").strip()
        points[_frame(entry["frame"].strip())] = _finite(value, entry[0])
        separator = _SEPARATOR.match(text, entry.end())
        if not separator and entry.end() < len(text):
            wrong = text[entry.end() : entry.end() + 30]
            raise ValueError(f"can't read {wrong!r} at character {entry.end() + 1}; {_EXAMPLE}")
        at = separator.end() if separator else entry.end()
    return points


def _frame(key: str) -> int:
    if not re.fullmatch(r"\d{1,7}", key) or int(key) > _LAST_FRAME:
        raise ValueError(f"{key!r} is no frame number; a key is a whole number from 0; {_EXAMPLE}")
    return int(key)


def _finite(value: str, entry: str) -> float:
    if not re.fullmatch(_NUMBER, value):
        raise ValueError(f"{value!r} in {entry.strip()!r} is no number; {_EXAMPLE}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value!r} in {entry.strip()!r} is too large a number")
    return number
