"""How the weight moves from one keyframe to the next."""

import math

import pytest

from engine.errors import InputError
from engine.interpolation import weight_function
from engine.settings import Animation


def weights(interpolation, arguments="", positions=(0, 0.25, 0.5, 0.75, 1)):
    function = weight_function(Animation(interpolation=interpolation, interpolation_args=arguments))
    return [function(round(100 * x), x) for x in positions]


def test_linear_is_the_position_itself():
    assert weights("linear") == [0, 0.25, 0.5, 0.75, 1]


def test_sine_goes_there_and_comes_exactly_back():
    assert weights("sine") == pytest.approx([0, 0.5, 1, 0.5, 0], abs=1e-9)


def test_half_a_sine_is_one_smooth_glide():
    expected = [math.sin(math.pi * x / 2) ** 2 for x in (0, 0.25, 0.5, 0.75, 1)]
    assert weights("sine", "0.5") == pytest.approx(expected)


def test_several_sines_add_up_and_stay_between_0_and_1():
    values = weights("sine", "1.0, 2.0", [step / 200 for step in range(201)])
    assert max(values) == pytest.approx(1, abs=1e-3)
    assert min(values) >= 0
    # Σ sin² at x = 0.25 is 0.5 + 1, at its peak 25/16 (where cos 2πx = -1/4 solves the derivative).
    assert values[50] == pytest.approx(1.5 / (25 / 16), abs=1e-3)


def test_a_curve_is_read_at_absolute_frames():
    assert weights("curve", "0: (0.0), 50: (1.0), 100: (0.5)") == [0, 0.5, 1, 0.75, 0.5]


@pytest.mark.parametrize(
    ("interpolation", "arguments", "words"),
    [
        ("sine", "fast", "'fast' is no list of numbers"),
        ("sine", "0", "above 0"),
        ("sine", "nan", "above 0"),
        ("sine", "1," * 40 + "1", "41 frequencies"),
        ("curve", "", "empty"),
        ("curve", "0: (0), 9: (1.2)", "1.2 is outside 0 to 1"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(interpolation, arguments, words):
    with pytest.raises(InputError, match="interpolation_args") as caught:
        weights(interpolation, arguments)
    assert words in str(caught.value)
