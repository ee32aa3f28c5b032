"""The text of a schedule: what is read, and how a mistake is told."""

import re

import pytest

from engine.schedule.expressions import Expression
from engine.schedule.notation import parse_schedule


def read(text):
    return [
        (entry.key.text, v.text if isinstance(v := entry.value, Expression) else v, entry.easing)
        for entry in parse_schedule(text)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "0: (1), 4: (3)",
        "0: (1); 4: (3);",
        "0:(1)\n4:(3),",
        "0:1,4:3",
        "0:\n(1),\n\n4:\n(3)\n",
        "0 : ((1)) ,, 4 : 3.0",
        "\"0\": (1), '4': (3)",
        "0: (1) linear, 4: (3)",
        "00: (+1.), 4: (30e-1)",
        "0：（1），4：（3）；",
    ],
)
def test_every_way_to_write_two_keys_means_the_same(text):
    assert read(text) == [("0", 1, "linear"), ("4", 3, "linear")]


@pytest.mark.parametrize("minus", ["-", "−", "–"])
def test_a_minus_may_be_a_dash_as_phones_and_web_pages_write_it(minus):
    assert read(f"0: ({minus}3), 4: {minus}.5") == [("0", -3, "linear"), ("4", -0.5, "linear")]


def test_commas_in_a_function_do_not_separate():
    assert read("0: (where(t<30, 1, 2)), 60: min(t, 5)") == [
        ("0", "(where(t<30, 1, 2))", "linear"),
        ("60", "min(t, 5)", "linear"),
    ]


def test_keys_are_frames_seconds_percent_or_formulas():
    keys = [entry.key for entry in parse_schedule("7: 1, 2.5s: 1, 50%: 1, 'max_f-1': 1, fps*2: 1")]
    assert [(key.unit, float(key.number)) for key in keys[:3]] == [("", 7), ("s", 2.5), ("%", 50)]
    assert [key.formula.text for key in keys[3:]] == ["max_f-1", "fps*2"]


@pytest.mark.parametrize(
    "text", ["0: (1) ease_in, 9: (2)", '0: 1 "ease-in", 9: 2', "0: (1)ease_in\n9: (2)"]
)
def test_an_easing_follows_the_value(text):
    assert read(text) == [("0", 1, "ease_in"), ("9", 2, "linear")]


@pytest.mark.parametrize("text", ["2 * t", "t", "1e3 - t", "(t) + sin(s) - e"])
def test_a_name_at_the_end_of_a_formula_is_no_easing(text):
    assert read(text) == [("", text, "linear")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the schedule is empty"),
        (" ,;\n", "the schedule is empty"),
        ("fast", "'fast' is unknown; there are t, max_f, s, fps, pi, e"),
        ("1, 30: (2)", "'1' has no key before a colon"),
        ("0: (1), 30 (2)", "'30 (2)' has no key before a colon"),
        ("0: (1) 5: (2)", "key 0: a comma is missing"),
        ("0: (1), five: (2)", "key five: 'five' is unknown; there are max_f, s, fps, pi, e"),
        ("0: (1), t: (2)", "key t: 't' is unknown"),
        (": (1)", "'' is no frame number"),
        ("-5: (1)", "'-5' is no frame number; a key is a whole number from 0"),
        ("1.5: (1)", "'1.5' is no frame number; a key is a whole number from 0, seconds as in"),
        ("-2s: (1)", "'-2s' is no frame number"),
        ("99999999: (1)", "'99999999' is no frame number"),
        ("0: (1), 30:", "key 30: there is no value"),
        ("0: (1), 30: ()", "key 30: there is no value"),
        ("0: (1), 30: (red)", "key 30: 'red' is unknown"),
        ("0: (1), 30: (1e999)", "key 30: '1e999' is too large a number"),
        ("0: (1), 30: (sin(t)", "key 30: the brackets in '30: (sin(t)' don't match"),
        ("0: 1), 30: (2)", "key 0: the brackets in '0: 1)' don't match"),
        ("0: (1) bounce, 3: (2)", "key 0: 'bounce' is no easing; there are linear, ease_in"),
        ("0: (t) ease_in, 3: (2)", "key 0: a formula holds until the next key"),
        ('0: ("Euler a")', "key 0: '\"' has no meaning in a formula"),
        ("0: (1)," * 5000, "35000 characters"),
    ],
)
def test_a_wrong_schedule_is_told_with_its_key_and_the_reason(text, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        parse_schedule(text)


@pytest.mark.parametrize(
    "text",
    [
        "0" + " " * 19_000 + "x",
        "0: (" + " " * 19_000,
        "0:" * 9_000,
        "(" * 19_000,
        ")" * 19_000,
        "0: (1) " + "a" * 19_000,
        "0: 1" + " a" * 9_000,
        "\n" * 19_999 + "x",
        "x: (1)," * 2_800,
    ],
)
def test_a_hostile_text_is_refused_without_delay(text):
    with pytest.raises(ValueError, match=r"."):
        parse_schedule(text)


def test_an_error_about_a_long_key_stays_short():
    with pytest.raises(ValueError, match="…") as caught:
        parse_schedule("max_f" + "+1" * 900 + ": (red)")
    assert len(str(caught.value)) < 300
