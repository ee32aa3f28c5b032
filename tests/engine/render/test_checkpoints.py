"""What is finished of a render is there after its process was killed, as a whole or not at all."""

from pathlib import Path

import numpy as np
import pytest

from engine.errors import RenderCancelled, StateError
from engine.media import Picture
from engine.render.checkpoints import Checkpoints
from engine.storage import open_storage, shared


def picture(number: int) -> Picture:
    return np.full((6, 8, 3), 10 * number, np.uint8)


def keep(checkpoints: Checkpoints, numbers: range, state: bytes = b"") -> None:
    with checkpoints.begin_segment(numbers.start, 8, 6) as writer:
        for number in numbers:
            writer.add(picture(number))
        writer.commit(state)


def numbers(checkpoints: Checkpoints) -> list[int]:
    return [int(frame[0, 0, 0]) // 10 for frame in checkpoints.frames()]


def test_what_was_kept_is_found_by_the_next_process(tmp_path: Path) -> None:
    first = Checkpoints(tmp_path / "job", "render")
    assert (first.done, first.state, numbers(first)) == (0, None, [])
    keep(first, range(5), b"after four")
    keep(first, range(5, 9), b"after eight")
    second = Checkpoints(tmp_path / "job", "render")
    assert (second.done, second.state) == (9, b"after eight")
    assert second.seconds == first.seconds > 0
    assert numbers(second) == list(range(9))


def test_a_segment_that_was_not_finished_leaves_nothing(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "job", "render")
    keep(checkpoints, range(3))
    before = sorted(path.name for path in (tmp_path / "job").iterdir())
    with pytest.raises(KeyboardInterrupt), checkpoints.begin_segment(3, 8, 6) as writer:
        writer.add(picture(3))
        raise KeyboardInterrupt
    assert sorted(path.name for path in (tmp_path / "job").iterdir()) == before
    assert checkpoints.done == 3


def test_what_a_killed_process_was_writing_is_not_taken_for_finished(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "job", "render")
    keep(checkpoints, range(3))
    (tmp_path / "job" / "partial.mkv").write_bytes(b"half a file")
    (tmp_path / "job" / "partial.state").write_bytes(b"half a state")
    (tmp_path / "job" / "000003-000006.state").write_bytes(b"renamed, but its frames are not")
    again = Checkpoints(tmp_path / "job", "render")
    assert again.done == 3
    keep(again, range(3, 6), b"new")
    assert (again.state, numbers(again)) == (b"new", list(range(6)))


def test_what_is_left_of_another_render_is_thrown_away(tmp_path: Path) -> None:
    keep(Checkpoints(tmp_path / "job", "one render"), range(3))
    other = Checkpoints(tmp_path / "job", "another render")
    assert (other.done, numbers(other)) == (0, [])


def test_nothing_stays_once_it_is_removed(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "work" / "job", "render")
    keep(checkpoints, range(3))
    checkpoints.remove()
    assert list((tmp_path / "work").iterdir()) == []


def test_hosts_see_what_the_others_have_finished(tmp_path: Path) -> None:
    store = f"file://{tmp_path / 'store'}"
    first, second = (
        Checkpoints(
            tmp_path / host / "work" / "job", "render", open_storage(store, tmp_path / host)
        )
        for host in "ab"
    )
    keep(first, range(5), b"after four")
    assert second.done == 0
    second.refresh()
    assert (second.done, second.state) == (5, b"after four")
    keep(second, range(5, 9), b"after eight")
    first.refresh()
    assert (first.state, numbers(first)) == (b"after eight", list(range(9)))
    first.remove()
    assert not list((tmp_path / "store").rglob("*.*"))


def test_what_is_left_of_another_render_is_thrown_away_for_all_hosts(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    storage_a, storage_b = (open_storage(f"file://{tmp_path / 'store'}", host) for host in (a, b))
    keep(Checkpoints(a / "work" / "job", "one render", storage_a), range(3))
    other = Checkpoints(b / "work" / "job", "another render", storage_b)
    assert (other.done, numbers(other)) == (0, [])
    assert storage_b.pull(b / "work" / "job") == {"render"}


def test_what_could_not_be_removed_of_the_store_is_no_error(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(shared, "_PATIENCE_SECONDS", 0.0)
    storage = open_storage(f"file://{tmp_path / 'store'}", tmp_path)
    checkpoints = Checkpoints(tmp_path / "work" / "job", "render", storage)
    keep(checkpoints, range(3))
    monkeypatch.setattr(storage._files, "rm", lambda *_, **__: 1 / 0)
    checkpoints.remove()
    assert list((tmp_path / "work").iterdir()) == []


def test_frames_behind_a_gap_are_kept_until_it_is_filled(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "job", "render")
    keep(checkpoints, range(2))
    keep(checkpoints, range(5, 9))
    assert (checkpoints.done, numbers(checkpoints)) == (2, [0, 1])
    assert checkpoints.spans == [range(2), range(5, 9)]
    keep(checkpoints, range(2, 5))
    assert (checkpoints.done, numbers(checkpoints)) == (9, list(range(9)))


def test_what_two_processes_drew_at_once_comes_once(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "job", "render")
    for frames in (range(4), range(2, 6), range(2, 3), range(3, 5), range(6, 8), range(5, 7)):
        keep(checkpoints, frames)
    assert (checkpoints.done, numbers(checkpoints)) == (8, list(range(8)))


def test_two_processes_can_write_the_same_frames_at_the_same_time(tmp_path: Path) -> None:
    ours = Checkpoints(tmp_path / "job", "render")
    theirs = Checkpoints(tmp_path / "job", "render", joins=True)
    with ours.begin_segment(0, 8, 6) as first, theirs.begin_segment(0, 8, 6) as second:
        for number in range(3):
            first.add(picture(number))
            second.add(picture(number))
        second.commit(b"")
        first.commit(b"")
    assert numbers(ours) == [0, 1, 2]


def test_a_helper_of_another_render_is_refused_and_throws_nothing_away(tmp_path: Path) -> None:
    keep(Checkpoints(tmp_path / "job", "render"), range(3))
    with pytest.raises(StateError):
        Checkpoints(tmp_path / "job", "another render", joins=True)
    assert Checkpoints(tmp_path / "job", "render").done == 3


def test_a_helper_that_comes_late_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RenderCancelled):
        Checkpoints(tmp_path / "job", "render", joins=True)
    assert list(tmp_path.iterdir()) == []
