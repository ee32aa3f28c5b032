"""Schedules, in Deforum's and keyframed's own words."""

import contextlib
import math
import re
import subprocess
import sys
from fractions import Fraction

import keyframed.dsl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from engine.schedule import Schedule, Timeline


def over(text, frames=100, fps=12, seed=7):
    return Schedule(text).over(Timeline(frames, Fraction(fps), seed))


def test_values_run_straight_between_keys_and_flat_at_both_ends():
    values = over("10: (1.0), 30: (2.0)", frames=501)
    assert [values[frame] for frame in (0, 10, 15, 20, 30, 500)] == [1, 1, 1.25, 1.5, 2, 2]


@pytest.mark.parametrize("text", ["0: (1), 30: (1.05)", "10:(3), 50:(-2.5), 90:(7)"])
def test_plain_numbers_are_what_keyframed_reads_in_them(text):
    theirs = keyframed.dsl.curve_from_cn_string(text)
    assert over(text) == pytest.approx([theirs[frame] for frame in range(100)])


def test_keys_come_in_any_order_and_the_last_of_two_wins():
    assert over("30: (5), 0: (1), 30: (2)")[30] == 2
    assert over("30: (5), 0: (1), 2.5s: (2)", fps=12)[30] == 2


@pytest.mark.parametrize("text", ["0: (1), 4: (3)", "0: (1); 4: (3);", "0:(1)\n4:(3),", "0:1,4:3"])
def test_lines_semicolons_and_a_trailing_comma_separate_too(text):
    assert over(text, frames=5) == [1, 1.5, 2, 2.5, 3]


@pytest.mark.parametrize(
    ("number", "value"), [("7.5", 7.5), (".5", 0.5), ("-1e-3", -0.001), (3, 3), (7.0, 7)]
)
def test_a_bare_number_holds_for_ever(number, value):
    assert over(number, frames=3) == [value] * 3


@pytest.mark.parametrize("number", [0.1234567891, 4294967295, 1e-7, 1.0000001])
def test_a_number_is_kept_to_its_last_digit(number):
    assert over(number, frames=1) == [number]
    assert Schedule(Schedule(number).text) == Schedule(number)


def test_deforums_default_zoom_is_computed_at_every_frame():
    expected = [1.0025 + 0.002 * math.sin(1.25 * 3.14 * t / 30) for t in range(100)]
    assert over("0: (1.0025+0.002*sin(1.25*3.14*t/30))") == pytest.approx(expected)


def test_deforums_default_seed_schedule_has_quoted_formulas_for_keys():
    # Its max_f is the number of frames less one: of 100 frames the keys are 0, 1, 97 and 98.
    values = over('0:(s), 1:(-1), "max_f-2":(-1), "max_f-1":(s)', seed=42)
    assert values == [42, *[-1] * 97, 42, 42]


DEFORUMS_DEFAULTS = {
    "angle": "0: (0)",
    "translation_z": "0: (1.75)",
    "transform_center_x": "0: (0.5)",
    "perspective_flip_fv": "0: (53)",
    "noise_schedule": "0: (0.065)",
    "strength_schedule": "0: (0.65)",
    "contrast_schedule": "0: (1.0)",
    "cfg_scale_schedule": "0: (7)",
    "steps_schedule": "0: (25)",
    "fov_schedule": "0: (70)",
    "near_schedule": "0: (200)",
    "far_schedule": "0: (10000)",
    "pix2pix_img_cfg_scale_schedule": "0:(1.5)",
    "noise_multiplier_schedule": "0: (1.05)",
    "amount_schedule": "0: (0.1)",
}


@pytest.mark.parametrize("text", DEFORUMS_DEFAULTS.values(), ids=DEFORUMS_DEFAULTS)
def test_deforums_default_settings_are_read(text):
    assert over(text) == [float(text.partition("(")[2].rstrip(")"))] * 100


@pytest.mark.parametrize(
    ("text", "frame", "value"),
    [
        # Defaults of earlier versions of Deforum.
        ("0:(1.04)", 1, 1.04),
        ("0:(t%15)", 47, 2),
        ("0:(1.02+0.02*sin(2*3.14*t/20))", 5, 1.02 + 0.02 * math.sin(1.57)),
        ("0:(5), 1:(-1), 219:(-1), 220:(5)", 50, -1),
        # Its guide to mathematics in schedules.
        ("0:(-2), 100:(4)", 50, 1),
        # A weight in its default prompts.
        ("where(cos(6.28*t/10)>0, 1.8*cos(6.28*t/10), 0.001)", 0, 1.8),
        ("where(cos(6.28*t/10)>0, 1.8*cos(6.28*t/10), 0.001)", 5, 0.001),
    ],
)
def test_deforums_documented_examples_give_its_numbers(text, frame, value):
    assert over(text)[frame] == pytest.approx(value)


FORMULAS = {"t*2": lambda t: t * 2, "sin(t/5)": lambda t: math.sin(t / 5), "9-t": lambda t: 9 - t}


def as_deforum_computes(keys, frames):
    """Numbers at their keys, formulas at every frame until the next key, lines over the rest."""
    known, value = {}, None
    for frame in range(frames):
        value = keys.get(frame, value)
        if value in FORMULAS:
            known[frame] = FORMULAS[value](frame)
        elif frame in keys:
            known[frame] = value
    return np.interp(range(frames), list(known), list(known.values()))


@given(
    st.dictionaries(
        st.integers(1, 24), st.integers(-9, 9) | st.sampled_from(sorted(FORMULAS)), max_size=6
    ),
    st.integers(-9, 9) | st.sampled_from(sorted(FORMULAS)),
)
def test_numbers_and_formulas_follow_one_another_as_in_deforum(later, first):
    keys = {0: first} | later
    text = ", ".join(f"{frame}: ({value})" for frame, value in keys.items())
    assert over(text, frames=25) == pytest.approx(as_deforum_computes(keys, 25))


def test_a_formula_holds_from_its_key_to_the_next():
    assert over("0: (t), 5: (100), 7: (t*10)", frames=10) == [0, 1, 2, 3, 4, 100, 85, 70, 80, 90]


def test_a_line_leads_from_a_number_to_what_the_formula_gives_at_its_key():
    # As in Deforum: frame 10 has the formula's value, and what lies between is interpolated.
    assert over("0: (0), 10: (t*2)", frames=13) == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]


def test_a_formula_at_a_later_first_key_holds_back_its_first_value():
    assert over("3: (t*2)", frames=6) == [6, 6, 6, 6, 8, 10]


def test_a_formula_without_a_key_is_for_all_frames():
    assert over("t / max_f", frames=5) == [0, 0.25, 0.5, 0.75, 1]


def test_formulas_know_the_last_frame_the_seed_and_the_rate():
    assert over("max_f", frames=5) == [4] * 5
    assert over("s", frames=1, seed=2**32 - 1) == [2**32 - 1]
    assert over("t / fps", frames=31, fps=Fraction(30000, 1001))[30] == pytest.approx(1.001)
    assert over("cos(pi) + log(e)", frames=1) == pytest.approx([0])


@pytest.mark.parametrize(
    ("key", "frame"),
    [
        ("max_f", 99),
        ("'max_f-1'", 98),
        ("max_f/2", 49),  # cut to a whole number, as in Deforum
        ("min(30, max_f)", 30),
        ("2.5s", 30),
        ("2.5 s", 30),
        (".04s", 0),
        (".05s", 1),
        ("100%", 99),
        ("50%", 50),
        ("0%", 0),
    ],
)
def test_a_key_is_where_its_formula_its_seconds_or_its_percentage_put_it(key, frame):
    values = over(f"0: (0), {key}: (where(t < 0, 0, 5))")
    assert values.index(5) == frame


def test_keys_in_seconds_move_with_the_rate():
    assert over("0: (0), 2s: (1)", fps=10)[10] == over("0: (0), 2s: (1)", fps=30)[30] == 0.5


def test_keys_outside_of_the_animation_still_shape_it():
    assert over("0: (0), 100: (-10.5)", frames=2)[1] == pytest.approx(-0.105)
    assert over("max_f-8: (0), max_f: (8)", frames=5) == [4, 5, 6, 7, 8]


def test_a_formula_is_not_computed_at_frames_that_it_does_not_set():
    assert over("0: (1), 500: (sqrt(t-500))", frames=3) == pytest.approx([1, 0.998, 0.996])
    assert over("max_f-9: (sqrt(t)), 0: (1)", frames=3) == [1, 1, 1]


def test_an_easing_leads_from_its_key_to_the_next_alone():
    values = over("0: (0) ease_in_out, 10: (1), 20: (0) hold, 30: (1)", frames=31)
    assert values[5] == pytest.approx(0.5)
    assert values[2] == pytest.approx((1 - math.cos(math.pi / 5)) / 2)
    assert values[15] == pytest.approx(0.5)
    assert values[12] == pytest.approx(0.8)
    assert values[29:] == [0, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0: (1), 30: (1/(t-42))", "key 30: division by zero at frame 42"),
        ("sqrt(3 - t)", "no real number in sqrt at frame 4"),
        ("0: (1), 1/0: (2)", "key 1/0: division by zero"),
        ("0: (1), s*10**6: (2)", "key s*10**6: it falls on frame 7000000"),
        ("0: (1), 999999s: (2)", "key 999999s: it falls on frame 11999988"),
        ("0: (1), 30: (2) ease_in", "key 30: ease_in leads to the next key, and none follows"),
    ],
)
def test_what_can_not_be_computed_is_told_with_its_key_and_the_reason(text, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        over(text)


def test_numbers_are_known_by_their_keys_before_the_length_is():
    schedule = Schedule("0: (1), 2s: (5), 30: (9), 30: (3), 60: (t)")
    assert schedule.numbers == {"0": 1, "2s": 5, "30": 3}
    assert Schedule("7.5").numbers == {"": 7.5}


def test_a_schedule_of_formulas_alone_has_no_numbers_before():
    assert Schedule("sin(t)").numbers == {}


def test_many_keys_over_many_frames_are_computed():
    text = ",".join(f"{frame * 50}:({frame % 2})" for frame in range(1500))
    assert over(text, frames=100_000)[-1] == 1
    assert over("0: (where(t < 50, 1, 2))", frames=100_000)[-1] == 2


@given(st.text(max_size=80))
def test_any_text_is_a_schedule_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert all(math.isfinite(value) for value in over(text, frames=3))


def test_it_is_saved_as_it_was_written():
    class Saved(BaseModel):
        zoom: Schedule

    saved = Saved(zoom="0: (1), max_f: (sin(t/30))")
    assert saved.model_dump_json() == '{"zoom":"0: (1), max_f: (sin(t/30))"}'
    assert Saved.model_validate_json(saved.model_dump_json()) == saved


@pytest.mark.parametrize("value", [True, None, [1]])
def test_what_is_neither_a_number_nor_a_text_is_no_schedule(value):
    class Saved(BaseModel):
        zoom: Schedule

    with pytest.raises(ValueError, match="a schedule is a number or a text"):
        Saved(zoom=value)


def test_the_curve_library_does_not_bring_torch_along():
    code = "import sys; from engine.schedule import Schedule, Timeline; "
    code += "Schedule('0:(1),5:(2)').over(Timeline(5, 12)); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
