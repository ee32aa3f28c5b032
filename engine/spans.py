"""Which frames of a render are left, and which of them go to another worker. Pure; no torch."""

from collections.abc import Iterable, Sequence

SHARE_SECONDS = 15.0
"""Of work have a share at most: so long a newcomer waits for a worker that helps."""

_WORTH_SECONDS = 2.0
"""Of work that less than this is left of, no share is made."""


def gaps(frames: int, taken: Iterable[range]) -> list[range]:
    """The frames of `frames` that are in no range of `taken`, rising."""
    found, end = list[range](), 0
    for span in sorted((*taken, range(frames, frames)), key=lambda span: span.start):
        if span.start > end:
            found.append(range(end, span.start))
        end = max(end, span.stop)
    return found


def joined(frames: int, spans: Iterable[range]) -> list[range]:
    """The frames of `frames` that are in some range, as ranges that rise and touch nowhere."""
    return gaps(frames, gaps(frames, spans))


def share_of(
    free: Sequence[range], cuts: Sequence[int], frame_seconds: float, workers: int
) -> range | None:
    """The last of some free frames, for one of `workers` workers; None if that isn't worth it.

    `free` are gaps between `cuts`, which rise, and a frame takes `frame_seconds`. Shares get
    smaller towards the end, so that all end at about the same time, and have one batch at least.
    """
    seconds = frame_seconds * sum(map(len, free))
    if not free or seconds < _WORTH_SECONDS:
        return None
    most = min(SHARE_SECONDS, seconds / (2 * workers))
    last = free[-1]
    begins = [last.start, *(cut for cut in cuts if last.start < cut < last.stop)]
    fitting = [begin for begin in begins if (last.stop - begin) * frame_seconds <= most]
    return range(fitting[0] if fitting else begins[-1], last.stop)
