import pytest

from engine.durations import about, coarse


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "about 15 seconds"),
        (31, "about 45 seconds"),
        (46, "about 1 minute"),
        (170, "about 3 minutes"),
        (601, "about 15 minutes"),
        (3500, "about 1 hour"),
        (3700, "about 1 hour 30 minutes"),
        (7200, "about 2 hours"),
        (86_000, "about 24 hours"),
    ],
)
def test_a_wait_is_told_no_more_exactly_than_it_is_known(seconds, words):
    assert about(seconds) == words


def test_what_was_rounded_once_stays_as_it_is():
    assert all(coarse(coarse(seconds)) == coarse(seconds) for seconds in range(0, 90_000, 7))
