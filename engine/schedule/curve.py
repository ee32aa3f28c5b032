"""A schedule: a number that changes over the frames, written as in Deforum and keyframed.

`0: (1.0), 30: (1.05)` means 1.0 at frame 0, 1.05 from frame 30 on, and a straight line between.
Keys come in any order, the last of two equal ones wins, the ends are flat. A line break or `;`
separates as a comma does, and one at the end does no harm. A bare number holds for ever.

A value may be a formula of the frame `t`, the last frame `max_f` (the number of frames less one),
the seed `s`, `fps`, `pi` and `e`: `0: (1.02 + 0.02*sin(2*pi*t/30))`. It is computed at every frame
until the next key. From a number a line leads to what the next key's formula gives at its frame. So
does Deforum (`get_inbetweens` in its animation_key_frames.py); unlike there, a key after the last
frame still draws the line towards it.

A key may be a formula too, in quotes or not (`max_f-1`, cut to a whole number), seconds (`2.5s`) or
percent of the way to the last frame (`50%`), both to the nearest frame. An easing after a number
leads from its key to the next: `0: (1) ease_in_out, 30: (2)`; easing.py has the names.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import keyframed.curve
import numpy as np
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from engine.schedule.easing import EASINGS
from engine.schedule.expressions import Expression
from engine.schedule.notation import EXAMPLE, LAST_FRAME, Entry, Key, parse_schedule

# keyframed finds out whether a value is a torch tensor by importing torch: two seconds and 300 MB
# in processes that must stay small. A tensor can only come from a torch that is loaded already.
keyframed.curve.is_torch_tensor = lambda value: (
    "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor)
)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a schedule is laid over: so many frames at `fps` frames a second, and the seed."""

    frames: int
    fps: Fraction
    seed: int = 0

    @property
    def names(self) -> dict[str, float]:
        """What a formula may name, but for the frame."""
        return {
            "max_f": float(self.frames - 1),
            "s": float(self.seed),
            "fps": float(self.fps),
            "pi": math.pi,
            "e": math.e,
        }


class Schedule:
    """Numbers over frames. `text` is what it was written as; equal texts are equal schedules."""

    def __init__(self, text: str | float) -> None:
        self.text = text.strip() if isinstance(text, str) else _text(text)
        self._entries = parse_schedule(self.text)

    def over(self, timeline: Timeline) -> Sequence[float]:
        """The value at every frame of the timeline. ValueError says which key can't be computed."""
        placed = {_frame(entry.key, timeline): entry for entry in self._entries}
        stops = [_Stop(frame, placed[frame]) for frame in sorted(placed)]
        if (last := stops[-1].entry).easing != "linear":
            raise last.key.told(
                f"{last.easing} leads to the next key, and none follows; "
                "write it after the key it starts from"
            )
        values = np.empty(timeline.frames)
        if stops[0].frame > 0:
            values[: stops[0].frame] = stops[0].value(timeline)
        for stop, following in zip(stops, [*stops[1:], None], strict=True):
            end = timeline.frames if following is None else min(following.frame, timeline.frames)
            frames = np.arange(max(0, stop.frame), end)
            if frames.size:
                values[frames] = stop.values(frames, following, timeline)
        return [float(value) for value in values]

    @cached_property
    def numbers(self) -> Mapping[str, float]:
        """The plain numbers in it, by their keys as written; empty for one without a key."""
        last = {entry.key.text: entry.value for entry in self._entries}
        return {key: value for key, value in last.items() if isinstance(value, float)}

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


class _Stop(NamedTuple):
    """An entry at its frame."""

    frame: int
    entry: Entry

    def value(self, timeline: Timeline) -> float:
        """What it sets at its own frame."""
        return float(self._set(np.array([self.frame]), timeline)[0])

    def values(
        self, frames: NDArray[np.int64], following: "_Stop | None", timeline: Timeline
    ) -> NDArray[np.float64]:
        """What it sets at these frames, all of them before the following stop."""
        if following is None or isinstance(self.entry.value, Expression):
            return self._set(frames, timeline)
        # Told the duration and a label, keyframed looks for neither: the one at every frame, the
        # other among random letters.
        span = following.frame - self.frame
        points = (
            (0, self.entry.value, EASINGS[self.entry.easing]),
            (span, following.value(timeline)),
        )
        curve = keyframed.curve.Curve(points, duration=span, label="")
        return np.array([curve[int(frame) - self.frame] for frame in frames])

    def _set(self, frames: NDArray[np.int64], timeline: Timeline) -> NDArray[np.float64]:
        if not isinstance(self.entry.value, Expression):
            return np.full(frames.shape, self.entry.value)
        try:
            return self.entry.value.values(timeline.names, frames)
        except ValueError as error:
            raise self.entry.key.told(error) from None


def _frame(key: Key, timeline: Timeline) -> int:
    """The frame that a key stands at; formulas may put it outside of the timeline."""
    match key.unit:
        case "s":
            frame = round(key.number * timeline.fps)
        case "%":
            frame = round(key.number * (timeline.frames - 1) / 100)
        case _ if key.formula is None:
            frame = int(key.number)
        case _:
            try:
                frame = math.trunc(key.formula.value(timeline.names))
            except ValueError as error:
                raise key.told(error) from None
    if abs(frame) > LAST_FRAME:
        raise key.told(f"it falls on frame {frame}; the last is {LAST_FRAME}")
    return frame


def _validate(value: object) -> Schedule:
    if isinstance(value, Schedule):
        return value
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return Schedule(value)
    raise ValueError(f"a schedule is a number or a text, not {type(value).__name__}; {EXAMPLE}")


def _text(number: float) -> str:
    """A number as short as it can be written without a loss."""
    text = repr(number)
    return text.removesuffix(".0") if isinstance(number, float) else text
