from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.media.decoding.timing import frame_rate

MILLISECOND = Fraction(1, 1000)
RATES = [Fraction(rate) for rate in ("8", "12", "24", "25", "30", "60", "24000/1001", "30000/1001")]


def ticks(rate: Fraction, tick: Fraction, count: int) -> list[int]:
    """The times of a steady clip's frames, and of its end, rounded to ticks."""
    return [round(number / rate / tick) for number in range(count + 1)]


@given(rate=st.sampled_from(RATES), count=st.integers(2, 400))
def test_a_steady_rate_is_found_exactly_though_times_are_rounded(
    rate: Fraction, count: int
) -> None:
    *begins, end = ticks(rate, MILLISECOND, count)
    assert frame_rate(begins, end, MILLISECOND, [rate]) == (rate, True)


@pytest.mark.parametrize("rate", RATES)
def test_a_long_enough_clip_tells_its_rate_by_itself(rate: Fraction) -> None:
    *begins, end = ticks(rate, MILLISECOND, 200)
    assert frame_rate(begins, end, MILLISECOND, []) == (rate, True)


@pytest.mark.parametrize("wrong", [Fraction(90000), Fraction(50), Fraction(30)])
def test_a_rate_that_the_frames_do_not_follow_is_not_believed(wrong: Fraction) -> None:
    rate = Fraction(25)
    *begins, end = ticks(rate, MILLISECOND, 50)
    assert frame_rate(begins, end, MILLISECOND, [wrong]) == (rate, True)


def test_an_uneven_clip_has_its_average_rate() -> None:
    assert frame_rate([0, 10, 500, 900], 2000, MILLISECOND, [Fraction(30)]) == (2, False)


def test_when_a_clip_begins_does_not_matter() -> None:
    *begins, end = (7000 + tick for tick in ticks(Fraction(25), MILLISECOND, 50))
    assert frame_rate(begins, end, MILLISECOND, []) == (25, True)


def test_a_single_frame_has_the_rate_that_its_file_states_or_its_own_length() -> None:
    assert frame_rate([0], 40, MILLISECOND, [Fraction(30)]) == (30, True)
    assert frame_rate([0], 40, MILLISECOND, []) == (25, True)


@pytest.mark.parametrize("times", [[0, 0, 0], [0, 2**62, 2**63 - 1]])
def test_times_that_make_no_sense_still_give_a_rate(times: list[int]) -> None:
    assert frame_rate(times, times[-1], MILLISECOND, [Fraction(30)]).fps > 0
