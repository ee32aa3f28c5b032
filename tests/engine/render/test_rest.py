"""Who draws which frames when there are helpers, played through without a queue or a model."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.assignment import Help, Share
from engine.errors import RenderCancelled
from engine.render import rest as module
from engine.render.checkpoints import Checkpoints
from engine.render.rest import RestWithHelp

CUTS = list(range(2, 41, 2))
FRAMES = 40


class Colleagues:
    """Other workers, who do what `act` says with the shares whenever they are looked at."""

    def __init__(self, checkpoints: Checkpoints, workers: int = 1) -> None:
        self.checkpoints = checkpoints
        self.workers = workers
        self.shares: list[Share] = []
        self.asked: list[range] = []
        self.taken_back: list[range] = []
        self.act: Callable[[], None] = lambda: None

    def look(self) -> Help:
        self.act()
        return Help(self.workers, tuple(self.shares))

    def ask(self, frames: range) -> Share:
        self.asked.append(frames)
        self.shares.append(Share(f"share-{len(self.asked)}", frames, begun=False))
        return self.shares[-1]

    def take_back(self, share: Share) -> None:
        self.shares.remove(share)
        self.taken_back.append(share.frames)

    def begin_all(self) -> None:
        self.shares = [share._replace(begun=True) for share in self.shares]

    def draw_all(self) -> None:
        for share in self.shares:
            draw(self.checkpoints, share.frames)
        self.shares = []


def draw(checkpoints: Checkpoints, frames: range) -> None:
    with checkpoints.begin_segment(frames.start, 8, 6) as writer:
        for number in frames:
            writer.add(np.full((6, 8, 3), 6 * number, np.uint8))
        writer.commit(b"")


@pytest.fixture(autouse=True)
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.0)


@pytest.fixture
def checkpoints(tmp_path: Path) -> Checkpoints:
    return Checkpoints(tmp_path / "job", "render")


@pytest.fixture
def colleagues(checkpoints: Checkpoints) -> Colleagues:
    return Colleagues(checkpoints)


def rest_of(
    colleagues: Colleagues, tell: Callable[[list[range]], None] = lambda _: None
) -> RestWithHelp:
    return RestWithHelp(colleagues.checkpoints, CUTS, colleagues, tell, threading.Event())


def drawn_here(rest: RestWithHelp, checkpoints: Checkpoints) -> list[range]:
    """What a worker draws that takes half a second a frame, one segment a span."""
    spans = []
    for span in rest.spans():
        cut = next(place for place in CUTS if place > span.start)
        while rest.goes_on(cut, 0.5) and cut < span.stop:
            cut += 2
        draw(checkpoints, range(span.start, cut))
        rest.kept()
        spans.append(range(span.start, cut))
    return spans


def in_order(checkpoints: Checkpoints) -> bool:
    return [int(frame[0, 0, 0]) for frame in checkpoints.frames()] == [
        6 * number for number in range(FRAMES)
    ]


def test_without_others_all_is_drawn_here_in_one_go(colleagues, checkpoints) -> None:
    colleagues.workers = 0
    assert drawn_here(rest_of(colleagues), checkpoints) == [range(FRAMES)]
    assert colleagues.asked == []
    assert in_order(checkpoints)


def test_others_draw_from_the_end_and_nothing_is_drawn_twice(colleagues, checkpoints) -> None:
    colleagues.act = colleagues.draw_all
    here = drawn_here(rest_of(colleagues), checkpoints)
    there = colleagues.asked
    assert there[0].stop == FRAMES
    assert sorted([*here, *there], key=lambda span: span.start)[0].start == 0
    assert sorted(number for span in (*here, *there) for number in span) == list(range(FRAMES))
    assert in_order(checkpoints)


def test_what_nobody_begins_is_taken_back_and_drawn_here(colleagues, checkpoints) -> None:
    drawn_here(rest_of(colleagues), checkpoints)
    assert colleagues.taken_back
    assert colleagues.shares == []
    assert in_order(checkpoints)


def test_who_is_done_waits_for_what_others_have_begun_and_tells_of_it(
    colleagues, checkpoints
) -> None:
    told: list[int] = []

    def tell(finished: list[range]) -> None:
        told.append(sum(map(len, finished)))
        if len(told) == 3:
            colleagues.draw_all()

    colleagues.act = colleagues.begin_all
    rest = rest_of(colleagues, tell)
    drawn_here(rest, checkpoints)
    assert colleagues.taken_back == []
    assert len(told) >= 3 and told[0] < FRAMES
    assert rest.finished == [range(FRAMES)]
    assert in_order(checkpoints)


def test_what_another_begins_and_never_ends_is_drawn_here_in_time(
    colleagues, checkpoints, monkeypatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 0.05)
    colleagues.act = colleagues.begin_all
    drawn_here(rest_of(colleagues), checkpoints)
    assert colleagues.taken_back
    assert in_order(checkpoints)


def test_what_comes_back_without_a_frame_is_not_given_away_again(colleagues, checkpoints) -> None:
    colleagues.act = colleagues.shares.clear
    drawn_here(rest_of(colleagues), checkpoints)
    asked = [number for span in colleagues.asked for number in span]
    assert asked and len(asked) == len(set(asked))
    assert in_order(checkpoints)


def test_what_another_leaves_of_its_share_is_drawn_here(colleagues, checkpoints) -> None:
    def draw_the_first_batch() -> None:
        for share in colleagues.shares:
            draw(checkpoints, share.frames[:2])
        colleagues.shares = []

    colleagues.act = draw_the_first_batch
    drawn_here(rest_of(colleagues), checkpoints)
    assert in_order(checkpoints)


def test_shares_that_an_earlier_worker_of_the_job_asked_for_still_count(
    colleagues, checkpoints
) -> None:
    colleagues.shares = [Share("earlier", range(30, 40), begun=True)]
    colleagues.workers = 0
    spans = rest_of(colleagues).spans()
    assert next(spans) == range(30)


def test_who_waits_for_others_can_be_stopped(colleagues, checkpoints) -> None:
    colleagues.shares = [Share("theirs", range(FRAMES), begun=True)]
    stop = threading.Event()
    rest = RestWithHelp(checkpoints, CUTS, colleagues, lambda _: stop.set(), stop)
    with pytest.raises(RenderCancelled):
        list(rest.spans())
