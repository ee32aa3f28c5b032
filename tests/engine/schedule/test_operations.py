"""What a formula may compute, against Python's own mathematics."""

import math

import numpy as np
import pytest

from engine.schedule.expressions import Expression

FRAMES = np.arange(1, 40)


def computed(text):
    return Expression(text, ["t"]).values({}, FRAMES)


@pytest.mark.parametrize(
    ("name", "python"),
    [
        *((name, getattr(math, name)) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")),
        *((name, getattr(math, name)) for name in ("log", "log10", "log1p", "exp", "expm1")),
        *((name, getattr(math, name)) for name in ("sqrt", "floor", "ceil")),
        ("abs", abs),
    ],
)
def test_a_function_of_numexpr_means_what_it_means_in_mathematics(name, python):
    assert computed(f"{name}(t/10)") == pytest.approx([python(t / 10) for t in range(1, 40)])


@pytest.mark.parametrize(
    ("name", "python"),
    [
        *(("arc" + name[1:], getattr(math, name)) for name in ("asin", "acos", "atan")),
        ("arcsinh", math.asinh),
        ("arctanh", math.atanh),
    ],
)
def test_inverse_functions_do_too(name, python):
    assert computed(f"{name}(t/50)") == pytest.approx([python(t / 50) for t in range(1, 40)])


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("arctan2(-1, -1)", -3 * math.pi / 4),
        ("hypot(3, 4)", 5),
        ("where(t < 3, 10, 20)", [10, 10, 20, 20]),
        ("min(t, 2)", [1, 2, 2, 2]),
        ("max(t, 2, 3)", [3, 3, 3, 4]),
        ("clip(t, 2, 3)", [2, 2, 3, 3]),
        ("t % 3", [1, 2, 0, 1]),
        ("-t % 3", [2, 1, 0, 2]),
        ("t / 4", [0.25, 0.5, 0.75, 1]),
        ("t // 2", [0, 1, 1, 2]),
        ("2 ** -t", [0.5, 0.25, 0.125, 0.0625]),
        ("-2 ** 2", -4),
        ("(t > 1) & (t < 4)", [0, 1, 1, 0]),
        ("(t < 2) | (t == 4)", [1, 0, 0, 1]),
        ("(t > 1) ^ (t > 2)", [0, 1, 0, 0]),
        ("~(t > 2) * 5", [5, 5, 0, 0]),
        ("(t > 1) + (t > 2)", [0, 1, 2, 2]),
        ("-(t != 2)", [-1, 0, -1, -1]),
        ("t & 1", [1, 0, 1, 0]),
        ("round(t * 0.4)", [0, 1, 1, 2]),
        ("degrees(radians(t))", [1, 2, 3, 4]),
    ],
)
def test_the_rest_is_computed_as_written(formula, value):
    expected = value if isinstance(value, list) else [value] * 4
    assert computed(formula)[:4] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("formula", "words"),
    [("t ^ 2", "a power is written"), ("t & 0.5", "whole numbers"), ("~(t/0)", "whole numbers")],
)
def test_signs_for_comparisons_refuse_other_numbers(formula, words):
    with pytest.raises(ValueError, match=words):
        computed(formula)
