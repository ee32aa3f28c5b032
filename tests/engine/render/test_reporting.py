"""What is told of a render: frames, whoever drew them, and the steps that went into them."""

import numpy as np

from engine.events import Event, FrameDone, Started
from engine.render.reporting import Reporter

FRAME = np.zeros((32, 32, 3), np.uint8)
STEPS = (4, 0, 3, 0, 2, 1)


def told(events: list[Event]) -> list[tuple[int, int, int]]:
    return [(e.done, e.steps, e.saved) for e in events if isinstance(e, FrameDone)]


def test_steps_grow_with_the_frames_and_none_go_into_those_in_between() -> None:
    events: list[Event] = []
    report = Reporter(STEPS, events.append)
    for done in range(1, 7):
        report.frame_done(FRAME, [range(done)])
    assert events[0] == Started(frames=6)
    assert told(events) == [(1, 4, 0), (2, 4, 0), (3, 7, 0), (4, 7, 0), (5, 9, 0), (6, 10, 0)]


def test_a_render_that_goes_on_counts_what_was_done_before() -> None:
    events: list[Event] = []
    report = Reporter(STEPS, events.append, done=3, seconds=60.0)
    report.frame_done(FRAME, [range(3), range(3, 5)])
    assert told(events) == [(3, 7, 3), (5, 9, 3)]
    assert report.elapsed >= 60


def test_what_others_drew_counts_and_what_two_drew_counts_once() -> None:
    events: list[Event] = []
    report = Reporter(STEPS, events.append)
    report.frame_done(FRAME, [range(4, 6), range(1)])
    report.frames_saved([range(4, 6), range(1)])  # no news
    report.frames_saved([range(3, 6), range(4, 6), range(2)])
    report.frame_done(FRAME, [range(3, 6), range(4)])
    assert told(events) == [(3, 7, 0), (5, 7, 5), (6, 10, 5)]
