from itertools import pairwise

import pytest

from engine.spans import SHARE_SECONDS, gaps, joined, share_of

CUTS = range(4, 101, 4)
"""A hundred frames in batches of four."""


def test_gaps_are_the_frames_that_nobody_has() -> None:
    assert gaps(10, []) == [range(10)]
    assert gaps(10, [range(4, 6), range(2)]) == [range(2, 4), range(6, 10)]
    assert gaps(10, [range(5), range(3, 8), range(4, 5)]) == [range(8, 10)]
    assert gaps(10, [range(6, 10), range(6)]) == []
    assert gaps(10, [range(20)]) == []


def test_a_share_is_the_end_of_what_is_free_between_two_cuts() -> None:
    assert share_of([range(8), range(40, 100)], CUTS, 1.0, 2) == range(88, 100)
    assert share_of([range(8), range(16, 28)], CUTS, 1.0, 2) == range(24, 28)


def test_a_share_has_a_batch_at_least() -> None:
    assert share_of([range(96, 100)], CUTS, 100.0, 4) == range(96, 100)
    assert share_of([range(100)], CUTS, 60.0, 2) == range(96, 100)


def test_for_a_moment_of_work_no_share_is_made() -> None:
    assert share_of([range(100)], CUTS, 0.001, 2) is None
    assert share_of([], CUTS, 60.0, 2) is None


@pytest.mark.parametrize("workers", [2, 3, 8])
@pytest.mark.parametrize("frame_seconds", [0.05, 0.5, 3.0])
def test_shares_are_short_and_get_shorter_until_all_is_given_away(
    workers: int, frame_seconds: float
) -> None:
    free, taken = [range(100)], []
    while share := share_of(free, CUTS, frame_seconds, workers):
        taken.append(share)
        free = gaps(100, taken)
    seconds = [len(share) * frame_seconds for share in taken]
    batch = 4 * frame_seconds
    assert all(each <= max(SHARE_SECONDS, batch) for each in seconds)
    assert seconds == sorted(seconds, reverse=True)
    assert taken[0].stop == 100
    assert all(later.stop == share.start for share, later in pairwise(taken))
    assert seconds[-1] <= max(batch, sum(seconds) / workers)


def test_ranges_that_touch_or_overlap_are_one() -> None:
    assert joined(10, [range(7, 9), range(0), range(2), range(2, 4), range(3, 5)]) == [
        range(5),
        range(7, 9),
    ]
    assert joined(10, []) == []
