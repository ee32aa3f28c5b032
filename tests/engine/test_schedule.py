"""Schedules, in Deforum's and keyframed's own words."""

import contextlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine.schedule import Schedule


def test_values_run_straight_between_keys_and_flat_at_both_ends():
    schedule = Schedule("10: (1.0), 30: (2.0)")
    assert [schedule.at(frame) for frame in (0, 10, 15, 20, 30, 500)] == [1, 1, 1.25, 1.5, 2, 2]


def test_deforums_own_default_settings_are_read():
    # Deforum's documented defaults: zoom, translation and noise.
    assert Schedule("0:(1.04)").over(2) == [1.04, 1.04]
    assert Schedule("0: (0.02)").at(100) == 0.02
    assert Schedule("0:(0), 100:(-10.5)").at(50) == -5.25


def test_keys_come_in_any_order_and_the_last_of_two_wins():
    assert Schedule("30: (5), 0: (1), 30: (2)").at(30) == 2


@pytest.mark.parametrize("text", ["0: (1), 4: (3)", "0: (1); 4: (3);", "0:(1)\n4:(3),", "0:1,4:3"])
def test_lines_semicolons_and_a_trailing_comma_separate_too(text):
    assert Schedule(text).over(5) == [1, 1.5, 2, 2.5, 3]


@pytest.mark.parametrize(
    ("number", "value"), [("7.5", 7.5), (".5", 0.5), ("-1e-3", -0.001), (3, 3)]
)
def test_a_bare_number_holds_for_ever(number, value):
    assert Schedule(number).over(3) == [value] * 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("fast", "'fast' at character 1"),
        ("0: (1) 5: (2)", "at character 7"),
        ("0: (1), five: (2)", "'five' is no frame number"),
        ("-5: (1)", "'-5' is no frame number"),
        ("1.5: (1)", "'1.5' is no frame number"),
        ("0: (red)", "'red' in '0: (red)' is no number"),
        ("0: (1e999)", "too large"),
        ("99999999: (1)", "no frame number"),
        ("0: (1)," * 5000, "35000 characters"),
    ],
)
def test_a_wrong_schedule_is_told_where_and_how_to_mend_it(text, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace(")", r"\)")):
        Schedule(text)


@pytest.mark.parametrize("text", ["0" + " " * 19_000 + "x", "0: (" + " " * 19_000, "0:" * 9_000])
def test_a_hostile_text_is_refused_without_delay(text):
    with pytest.raises(ValueError, match="can't read"):
        Schedule(text)


@given(st.text(max_size=80))
def test_any_text_is_a_schedule_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert len(Schedule(text).over(3)) == 3


def test_it_is_saved_as_it_was_written():
    class Saved(BaseModel):
        zoom: Schedule

    saved = Saved(zoom="0: (1), 9: (2)")
    assert saved.model_dump_json() == '{"zoom":"0: (1), 9: (2)"}'
    assert Saved.model_validate_json(saved.model_dump_json()) == saved


def test_the_curve_library_does_not_bring_torch_along():
    code = "import sys; from engine.schedule import Schedule; Schedule('0:(1),5:(2)').over(5); "
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
