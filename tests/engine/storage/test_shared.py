"""Files of one host's data folder are had by the others, whole or not at all."""

import errno
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import RenderCancelled, StorageError
from engine.storage import ONE_BOX, Storage, open_storage, shared

NewHost = Callable[[], tuple[Path, Storage]]


@pytest.fixture
def new_host(tmp_path: Path) -> NewHost:
    """Makes hosts that share one store: their data folders, and their way to it."""

    def new_host() -> tuple[Path, Storage]:
        hosts = len(list(tmp_path.glob("host-*")))
        data = tmp_path / f"host-{hosts}"
        data.mkdir()
        return data, open_storage(f"file://{tmp_path / 'store'}", data)

    return new_host


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_what_one_host_pushes_another_one_fetches(new_host: NewHost) -> None:
    (a, storage_a), (b, storage_b) = new_host(), new_host()
    written(a / "inputs" / "1" / "image.png", "picture")
    written(a / "inputs" / "1" / "audio.wav", "song")
    written(a / "inputs" / "2" / "image.png", "somebody else's")
    storage_a.push(a / "inputs" / "1")
    assert storage_b.pull(b / "inputs" / "1") == {"image.png", "audio.wav"}
    assert sorted(path.name for path in (b / "inputs" / "1").iterdir()) == [
        "audio.wav",
        "image.png",
    ]
    assert (b / "inputs" / "1" / "image.png").read_text() == "picture"
    assert not (b / "inputs" / "2").exists()


def test_what_is_here_stays_as_it_is(new_host: NewHost) -> None:
    (a, storage_a), (b, storage_b) = new_host(), new_host()
    storage_a.push(written(a / "work" / "1" / "x", "there"))
    written(b / "work" / "1" / "x", "here")
    storage_b.pull(b / "work" / "1")
    assert (b / "work" / "1" / "x").read_text() == "here"


def test_what_nobody_pushed_is_no_error(new_host: NewHost) -> None:
    data, storage = new_host()
    assert storage.pull(data / "work" / "1") == frozenset()
    storage.remove(data / "work" / "1")
    assert storage.changed(data / "work") == {}


def test_what_is_removed_is_gone_for_all_and_stays_here(new_host: NewHost) -> None:
    (a, storage_a), (b, storage_b) = new_host(), new_host()
    kept = written(a / "work" / "1" / "x", "mine")
    for name in ("1/y", "2/z"):
        written(a / "work" / name, "mine")
        storage_a.push((a / "work" / name).parent)
    storage_b.remove(b / "work" / "1")
    assert list(storage_b.changed(b / "work")) == ["2/z"]
    assert kept.exists()


def test_when_something_was_stored_is_told(new_host: NewHost) -> None:
    data, storage = new_host()
    before = time.time()
    storage.push(written(data / "work" / "1" / "x", ""))
    assert before - 2 < storage.changed(data / "work")["1/x"] < time.time() + 2


def test_the_file_that_makes_the_others_count_comes_last(new_host: NewHost, monkeypatch) -> None:
    (a, storage_a), (b, storage_b) = new_host(), new_host()
    for name in ("a.txt", "session.json", "z.txt"):
        storage_a.push(written(a / "sessions" / "1" / name, name))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    get = storage_b._get
    monkeypatch.setattr(
        storage_b, "_get", lambda file: killed() if file.name == "session.json" else get(file)
    )
    with pytest.raises(KeyboardInterrupt):
        storage_b.pull(b / "sessions" / "1", last=".json")
    assert sorted(path.name for path in (b / "sessions" / "1").iterdir()) == ["a.txt", "z.txt"]


@pytest.mark.parametrize("direction", ["push", "pull"])
def test_half_a_file_is_never_read(new_host: NewHost, monkeypatch, direction: str) -> None:
    (a, storage_a), (b, storage_b) = new_host(), new_host()
    file = written(a / "work" / "1" / "x", "new")
    files = storage_a._files
    copied = files.cp_file

    def killed_in_the_middle(source: str, target: str, **_: object) -> None:
        Path(target).write_text("ne")
        raise KeyboardInterrupt

    if direction == "pull":
        storage_a.push(file)
    monkeypatch.setattr(files, "cp_file", killed_in_the_middle)
    with pytest.raises(KeyboardInterrupt):
        storage_a.push(file) if direction == "push" else storage_b.pull(b / "work" / "1")
    assert not (b / "work" / "1" / "x").exists()
    monkeypatch.setattr(files, "cp_file", copied)
    storage_a.push(file)
    storage_b.pull(b / "work" / "1")
    assert (b / "work" / "1" / "x").read_text() == "new"


def test_a_short_outage_is_waited_for(new_host: NewHost, tmp_path: Path) -> None:
    data, storage = new_host()
    file = written(data / "work" / "1" / "x", "")
    away = (tmp_path / "store").rename(tmp_path / "away")
    back = threading.Timer(0.2, away.rename, [tmp_path / "store"])
    back.start()
    storage.push(file)
    assert list(storage.changed(data / "work")) == ["1/x"]


def test_a_long_outage_is_told_in_words_for_a_user(
    new_host: NewHost, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(shared, "_PATIENCE_SECONDS", 0.1)
    data, storage = new_host()
    file = written(data / "work" / "1" / "x", "")
    (tmp_path / "store").rename(tmp_path / "away")
    for call in (storage.push, storage.pull, storage.changed):
        with pytest.raises(StorageError, match="can't reach its file store") as told:
            call(file)
        assert str(tmp_path) not in str(told.value)


def test_a_render_waits_for_the_store_until_it_is_to_end(
    new_host: NewHost, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(shared, "_PATIENCE_SECONDS", 0.0)
    data, storage = new_host()
    file = written(data / "work" / "1" / "x", "")
    stop = threading.Event()
    away = (tmp_path / "store").rename(tmp_path / "away")
    back = threading.Timer(0.2, away.rename, [tmp_path / "store"])
    back.start()
    storage.until(stop).push(file)
    (tmp_path / "store").rename(away)
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(RenderCancelled):
        storage.until(stop).push(file)


def test_a_full_disk_is_not_taken_for_an_outage(new_host: NewHost, monkeypatch) -> None:
    (a, storage_a), (b, storage_b) = new_host(), new_host()
    storage_a.push(written(a / "work" / "1" / "x", ""))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage_b._files, "cp_file", full)
    with pytest.raises(OSError, match="No space left"):
        storage_b.pull(b / "work" / "1")


def test_one_box_shares_nothing(tmp_path: Path) -> None:
    assert open_storage("", tmp_path) is ONE_BOX
    file = written(tmp_path / "work" / "1" / "x", "")
    ONE_BOX.push(file)
    ONE_BOX.remove(file)
    assert ONE_BOX.pull(file.parent) == frozenset()
    assert list(tmp_path.rglob("*")) == [tmp_path / "work", file.parent, file]
