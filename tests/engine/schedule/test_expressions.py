"""Formulas from strangers: computed if they are arithmetic, refused if they are anything else."""

import contextlib
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.schedule.expressions import Expression

NAMES = {"max_f": 99.0, "fps": 12.0}
FRAMES = np.arange(100)


def computed(text, frames=FRAMES):
    return Expression(text, ["t", *NAMES]).values(NAMES, frames)


def test_a_formula_is_computed_at_every_frame():
    expected = [1.02 + 0.02 * math.sin(2 * 3.14 * t / 30) for t in range(100)]
    assert computed("1.02 + 0.02*sin(2*3.14*t/30)") == pytest.approx(expected)


def test_a_formula_without_the_frame_is_the_same_at_all_of_them():
    assert computed("max_f / fps").tolist() == [99 / 12] * 100


def test_a_formula_may_go_over_several_lines():
    assert computed("1 +\n\t t").tolist() == list(range(1, 101))


@pytest.mark.parametrize(
    "text",
    [
        "t.real",
        "().__class__",
        "__import__('os')",
        "t[0]",
        "lambda: 1",
        "[t for t in t]",
        "{t}",
        "'a' * 9",
        "f(t)",
        "sin(x=t)",
        "sin(*t)",
        "(t := 5)",
        "t if t else 1",
        "t and 1",
        "not t",
        "t is t",
        "t in t",
        "True",
        "None",
        "1j",
        "(1, 2)",
        "t @ t",
        "t << 9",
        "...",
        "await t",
        "1; 2",
        "t # 5",
        "sin",
        "sin(t)(t)",
        "5(t)",
        "\0",
        "",
    ],
)
def test_what_is_no_arithmetic_is_refused_before_anything_is_computed(text):
    with pytest.raises(ValueError, match=r"."):
        Expression(text, ["t"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("speed * 2", "'speed' is unknown; there are t, max_f, fps"),
        ("sine(t)", "'sine' is no function; there are sin, cos"),
        ("1 < t < 3", "write (t > 5) & (t < 9)"),
        ("1,5 * t", "a decimal has a point"),
        ("sin(t", "can't read 'sin(t'"),
        ("2t", "can't read '2t'"),
        ("arctan2(t)", "arctan2 takes 2 values, not 1"),
        ("min()", "min takes 1 to 20 values, not 0"),
        ("1e999", "too large a number"),
        ("9" * 1500, "too large a number"),
    ],
)
def test_a_refusal_says_what_would_be_right(text, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Expression(text, ["t", *NAMES])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 / (t - 42)", "division by zero at frame 42"),
        ("5 % (t - 7)", "division by zero at frame 7"),
        ("sqrt(50 - t)", "no real number in sqrt at frame 51"),
        ("(3 - t) ** 0.5", "no real number in power at frame 4"),
        ("arcsin(t)", "no real number in arcsin at frame 2"),
        ("log(t)", "no finite number in log at frame 0"),
        ("exp(t * 100)", "too large a number in exp at frame 8"),
        ("9**9**9**9**9", "too large a number in power at frame 0"),
    ],
)
def test_a_value_that_is_no_number_is_told_with_its_frame(text, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        computed(text)


def test_the_part_of_where_that_is_not_taken_does_no_harm():
    assert computed("where(t > 0, 1 / t, 0)")[:3].tolist() == [0, 1, 0.5]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 990 + "t" + ")" * 990,
        "(" * 1999,
        "-" * 1999 + "t",
        "2**" * 600 + "t",
        "sin(" * 390 + "t" + ")" * 390,
        "+".join(["t"] * 900),
        "t" * 1_000_000,
        "(,(" * 600,
    ],
)
def test_a_hostile_text_is_refused_without_harm(text):
    with pytest.raises(ValueError, match=r"can't read|characters|steps"):
        Expression(text, ["t"])


def test_the_longest_sum_is_still_computed():
    assert computed("+".join(["t"] * 150))[2] == 300


@given(st.text("0123456789.t+-*/%()<>=&|~^, esincoqrxmlabf", max_size=60))
def test_any_text_is_finite_numbers_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert np.isfinite(computed(text)).all()
