"""Easings by name, against the formulas of easings.net."""

import math

import keyframed
import pytest

from engine.schedule.easing import EASINGS, easing_name


@pytest.mark.parametrize(
    ("name", "ease"),
    [
        ("linear", lambda x: x),
        ("ease_in", lambda x: 1 - math.cos(x * math.pi / 2)),
        ("ease_out", lambda x: math.sin(x * math.pi / 2)),
        ("ease_in_out", lambda x: -(math.cos(math.pi * x) - 1) / 2),
        ("hold", lambda x: 0 if x < 1 else 1),
        ("next", lambda x: 0 if x == 0 else 1),
    ],
)
def test_an_easing_goes_its_way_from_one_key_to_the_next(name, ease):
    curve = keyframed.Curve(((0, 10.0, EASINGS[name]), (8, 20.0)))
    assert [curve[frame] for frame in range(9)] == pytest.approx(
        [10 + 10 * ease(frame / 8) for frame in range(9)]
    )


def test_keyframeds_own_names_mean_what_they_mean_there():
    for name in ("linear", "previous", "next", "sin", "sin^2"):
        ours = keyframed.Curve(((0, 1.0, EASINGS[name]), (8, 2.0)))
        theirs = keyframed.Curve(((0, 1.0, name), (8, 2.0)))
        assert [ours[x] for x in range(9)] == pytest.approx([theirs[x] for x in range(9)])


@pytest.mark.parametrize("text", ["ease_in_out", "ease-in-out", "Ease_In_Out"])
def test_an_easing_is_known_however_it_is_written(text):
    assert easing_name(text) == "ease_in_out"


def test_an_unknown_easing_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'bounce' is no easing; there are linear, ease_in"):
        easing_name("bounce")
