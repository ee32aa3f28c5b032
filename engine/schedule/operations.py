"""What a formula may compute: numexpr's operators and functions of real numbers, and a few more.

Comparisons give true or false; in arithmetic these count as 1 and 0. `/` never rounds, `%` takes
the divisor's sign. All of it works on arrays, number by number.
https://numexpr.readthedocs.io/en/latest/user_guide.html
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Operation = Callable[..., Any]

_LARGEST_WHOLE = 2.0**53


def _of_reals(function: Operation) -> Operation:
    """The function on numbers, where a comparison counts as 1 or 0."""
    return lambda *values: function(*(np.asarray(value, np.float64) for value in values))


def _of_truths(function: Operation) -> Operation:
    """The function on comparisons."""

    def apply(*values: Any) -> Any:
        if any(np.asarray(value).dtype != bool for value in values):
            raise ValueError("^ joins comparisons; a power is written **")
        return function(*values)

    return apply


def _of_bits(function: Operation) -> Operation:
    """The function on comparisons, or else on whole numbers."""

    def apply(*values: Any) -> Any:
        if all(np.asarray(value).dtype == bool for value in values):
            return function(*values)
        reals = [np.asarray(value, np.float64) for value in values]
        if not all(np.all((np.abs(r) < _LARGEST_WHOLE) & (r == np.trunc(r))) for r in reals):
            raise ValueError("& | ~ take comparisons or whole numbers")
        return function(*(real.astype(np.int64) for real in reals))

    return apply


def _folded(function: Operation) -> Operation:
    def fold(first: Any, *more: Any) -> Any:
        for value in more:
            first = function(first, value)
        return first

    return fold


def _where(condition: Any, then: Any, otherwise: Any) -> Any:
    return np.where(condition != 0, then, otherwise)


OPERATORS: Mapping[type, Operation] = {
    ast.UAdd: _of_reals(np.positive),
    ast.USub: _of_reals(np.negative),
    ast.Add: _of_reals(np.add),
    ast.Sub: _of_reals(np.subtract),
    ast.Mult: _of_reals(np.multiply),
    ast.Div: _of_reals(np.true_divide),
    ast.FloorDiv: _of_reals(np.floor_divide),
    ast.Mod: _of_reals(np.mod),
    ast.Pow: _of_reals(np.power),
    ast.Lt: _of_reals(np.less),
    ast.LtE: _of_reals(np.less_equal),
    ast.Gt: _of_reals(np.greater),
    ast.GtE: _of_reals(np.greater_equal),
    ast.Eq: _of_reals(np.equal),
    ast.NotEq: _of_reals(np.not_equal),
    ast.BitAnd: _of_bits(np.bitwise_and),
    ast.BitOr: _of_bits(np.bitwise_or),
    ast.BitXor: _of_truths(np.bitwise_xor),
    ast.Invert: _of_bits(np.bitwise_not),
}
"""Operations by the syntax tree's name of their sign."""

_MANY = 20
FUNCTIONS: Mapping[str, tuple[Operation, int, int]] = {
    **{
        name: (_of_reals(getattr(np, name)), 1, 1)
        for name in (
            *("sin", "cos", "tan", "arcsin", "arccos", "arctan"),
            *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
            *("log", "log2", "log10", "log1p", "exp", "exp2", "expm1", "sqrt"),
            *("abs", "sign", "floor", "ceil", "round", "trunc", "radians", "degrees"),
        )
    },
    "arctan2": (_of_reals(np.arctan2), 2, 2),
    "hypot": (_of_reals(np.hypot), 2, 2),
    "pow": (_of_reals(np.power), 2, 2),
    "mod": (_of_reals(np.mod), 2, 2),
    "min": (_of_reals(_folded(np.minimum)), 1, _MANY),
    "max": (_of_reals(_folded(np.maximum)), 1, _MANY),
    "clip": (_of_reals(np.clip), 3, 3),
    "where": (_of_reals(_where), 3, 3),
}
"""Functions, with the least and the greatest number of values each takes."""
