"""How the weight moves from one keyframe to the next."""

import math
from fractions import Fraction

import pytest

from engine.errors import InputError
from engine.groups.animation import Animation
from engine.planning.weights import weight_function
from engine.schedule import Timeline


def weights(interpolation, arguments="", positions=(0, 0.25, 0.5, 0.75, 1), loudness=()):
    """The weights between keyframes at the frames 0 and 1000."""
    animation = Animation(interpolation=interpolation, interpolation_args=arguments)
    function = weight_function(animation, Timeline(1001, Fraction(12)), loudness)
    return [function(round(1000 * x), (0, 1000)) for x in positions]


@pytest.mark.holds("interpolation")
def test_linear_is_the_position_itself():
    assert weights("linear") == [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.holds("interpolation")
def test_sine_goes_there_and_comes_exactly_back():
    there_and_back = weights("sine")
    assert there_and_back == pytest.approx([0, 0.5, 1, 0.5, 0], abs=1e-9)
    assert there_and_back[-1] == 0


@pytest.mark.holds("interpolation_args")
def test_half_a_sine_is_one_smooth_glide():
    expected = [math.sin(math.pi * x / 2) ** 2 for x in (0, 0.25, 0.5, 0.75, 1)]
    assert weights("sine", "0.5") == pytest.approx(expected)


@pytest.mark.holds("interpolation_args")
def test_several_sines_add_up_and_stay_between_0_and_1():
    values = weights("sine", "1.0, 2.0", [step / 200 for step in range(201)])
    assert max(values) == pytest.approx(1, abs=1e-3)
    assert min(values) >= 0
    # Σ sin² at x = 0.25 is 0.5 + 1, at its peak 25/16 (where cos 2πx = -1/4 solves the derivative).
    assert values[50] == pytest.approx(1.5 / (25 / 16), abs=1e-3)


@pytest.mark.holds("interpolation_args")
def test_a_curve_is_read_at_absolute_frames():
    assert weights("curve", "0: (0.0), 500: (1.0), 1000: (0.5)") == [0, 0.5, 1, 0.75, 0.5]


@pytest.mark.holds("interpolation")
def test_a_sound_moves_the_weight_where_it_is_loud():
    loud_in_the_middle = [0.0] * 400 + [3.0] * 200 + [0.0] * 400
    assert weights("audio", loudness=loud_in_the_middle) == pytest.approx([0, 0, 0.5, 1, 1])


def test_each_segment_of_a_sound_starts_at_0_and_ends_at_1():
    animation = Animation(interpolation="audio")
    function = weight_function(animation, Timeline(21, Fraction(12)), [5.0] * 10 + [0.1] * 11)
    assert [function(frame, (0, 10)) for frame in (0, 10)] == [0, 1]
    assert [function(frame, (10, 20)) for frame in (10, 15, 20)] == pytest.approx([0, 0.5, 1])


def test_silence_is_linear():
    assert weights("audio", loudness=[0.0] * 1000) == [0, 0.25, 0.5, 0.75, 1]
    assert weights("audio") == [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.parametrize(
    ("interpolation", "arguments", "words"),
    [
        ("sine", "fast", "'fast' is no list of numbers"),
        ("sine", "0", "above 0"),
        ("sine", "nan", "above 0"),
        ("sine", "1," * 40 + "1", "41 frequencies"),
        ("curve", "", "empty"),
        ("curve", "0: (0), 9: (1.2)", "at frame 8 is outside 0 to 1"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(interpolation, arguments, words):
    with pytest.raises(InputError, match="interpolation_args") as caught:
        weights(interpolation, arguments)
    assert words in str(caught.value)
