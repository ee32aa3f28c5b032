"""Arithmetic over frames, safely: what Deforum's users write, as numexpr reads it.

The text is parsed by Python's own grammar into a syntax tree; every node of it is either on the
lists below or an error, and nothing of it is ever run as code. All numbers are double precision, so
that no power grows without bound. `/` never rounds, `%` takes the divisor's sign, as in numexpr:
https://numexpr.readthedocs.io/en/latest/user_guide.html
"""

import ast
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.schedule.operations import FUNCTIONS, OPERATORS, Operation
from engine.syntax import parse_expression

_Numbers = NDArray[Any] | np.float64 | float

_LONGEST_TEXT = 2000
_MOST_STEPS = 300
# Beyond these letters Python's grammar holds nothing that is arithmetic.
_LETTERS = re.compile(r"[\w\s.,()+\-*/%<>=!&|~^]*")
_ENCOUNTERED = re.compile(r"(?P<what>[a-z ]+) encountered in (?:scalar )?(?P<where>\w+)")
_DIVISIONS = ("divide", "floor_divide", "remainder")
_IN_WORDS = {"overflow": "too large a number", "invalid value": "no real number"}


class _Step(NamedTuple):
    """One step of a computation on a stack: put `operand` on it, or `function` of its top ones."""

    function: Operation | None
    arity: int = 0
    operand: str | float = 0.0


class Expression:
    """A formula such as `1.02 + 0.02*sin(2*3.14*t/30)`, over the names it is told of.

    ValueError says what of it can't be read. It has at most 2000 characters and 300 steps.
    """

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = " ".join(text.split())
        self._steps = _compile(self.text, names)

    def values(self, names: Mapping[str, _Numbers], frames: NDArray[np.int64]) -> NDArray[Any]:
        """The value at each of the frames, which are `t` in it.

        ValueError names the first frame at which it is no finite number, and the reason.
        """
        with np.errstate(all="ignore"):
            result = self._run({**names, "t": frames})
        values = np.broadcast_to(np.asarray(result, np.float64), frames.shape)
        wrong = np.flatnonzero(~np.isfinite(values))
        if wrong.size:
            frame = frames[wrong[0]]
            raise ValueError(f"{self._reason({**names, 't': frame})} at frame {frame}")
        return values

    def value(self, names: Mapping[str, _Numbers]) -> float:
        """The one value of an expression without `t`. ValueError where it is no finite number."""
        with np.errstate(all="ignore"):
            value = float(self._run(names))
        if not np.isfinite(value):
            raise ValueError(self._reason(names))
        return value

    def _run(self, names: Mapping[str, _Numbers]) -> Any:
        stack: list[Any] = []
        for function, arity, operand in self._steps:
            if function is None:
                stack.append(names[operand] if isinstance(operand, str) else operand)
            else:
                stack[-arity:] = [function(*stack[-arity:])]
        return stack.pop()

    def _reason(self, names: Mapping[str, _Numbers]) -> str:
        try:
            with np.errstate(divide="raise", over="raise", invalid="raise"):
                self._run(names)
        except FloatingPointError as error:
            found = _ENCOUNTERED.match(str(error))
            if found and found["where"] in _DIVISIONS:
                return "division by zero"
            if found:
                return f"{_IN_WORDS.get(found['what'], 'no finite number')} in {found['where']}"
        return "no finite number"


def _compile(text: str, names: Collection[str]) -> tuple[_Step, ...]:
    """The steps that compute an expression, operands before what is done with them."""
    steps: list[_Step] = []
    waiting = [_parse(text)]
    while waiting:
        step, operands = _step(waiting.pop(), names)
        steps.append(step)
        waiting.extend(operands)
        if len(steps) > _MOST_STEPS:
            raise ValueError(f"the formula has more than {_MOST_STEPS} steps")
    return tuple(reversed(steps))


def _parse(text: str) -> ast.expr:
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"the formula has {len(text)} characters; the most is {_LONGEST_TEXT}")
    if not text:
        raise ValueError("there is no value")
    letters = _LETTERS.match(text)
    if letters and letters.end() < len(text):
        raise ValueError(f"{text[letters.end()]!r} has no meaning in a formula")
    try:
        return parse_expression(text)
    except SyntaxError as error:
        raise ValueError(f"can't read {_short(text)} ({error.msg})") from None
    except (RecursionError, MemoryError, ValueError):
        raise ValueError(f"can't read {_short(text)}: it is too deep") from None


def _step(node: ast.expr, names: Collection[str]) -> tuple[_Step, list[ast.expr]]:
    """What one node of the tree does, and the nodes it does it with."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _Step(None, operand=_number(value)), []
        case ast.Name(id=name) if name in names:
            return _Step(None, operand=name), []
        case ast.Name(id=name):
            raise ValueError(f"{_short(name)} is unknown; there are {', '.join(names)}")
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return _Step(OPERATORS[type(op)], 1), [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _Step(OPERATORS[type(op)], 2), [left, right]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
            return _Step(OPERATORS[type(op)], 2), [left, right]
        case ast.Compare(ops=[_, _, *_]):
            raise ValueError("comparisons in a row; write (t > 5) & (t < 9)")
        case ast.Tuple(elts=[]):
            raise ValueError("there is no value")
        case ast.Tuple():
            raise ValueError("a comma stands only in a function's brackets; a decimal has a point")
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _call(name, args), args
    raise ValueError("only numbers, names, + - * / % **, comparisons, & | ~ and functions are read")


def _call(name: str, args: list[ast.expr]) -> _Step:
    if name not in FUNCTIONS:
        raise ValueError(f"{_short(name)} is no function; there are {', '.join(FUNCTIONS)}")
    function, least, most = FUNCTIONS[name]
    if not least <= len(args) <= most:
        takes = least if least == most else f"{least} to {most}"
        raise ValueError(f"{name} takes {takes} values, not {len(args)}")
    return _Step(function, len(args))


def _number(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not np.isfinite(number):
        raise ValueError("too large a number in it")
    return number


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
