"""Sessions are kept as long as the operator says; what nobody finishes is removed."""

import os
import shutil
from pathlib import Path

import pytest

from engine.errors import ExpiredError, JobError
from engine.groups.output import Format
from engine.request import RenderRequest
from engine.sessions.expiry import expire_sessions, remove_half_written
from engine.sessions.local import LocalSessions
from engine.sessions.record import Session
from engine.settings import Settings

NOW = 1_000_000.0


@pytest.fixture
def sessions(tmp_path: Path) -> LocalSessions:
    return LocalSessions(tmp_path)


def request() -> RenderRequest:
    settings = Settings().updated({"prompts": "0: a corgi"})
    return RenderRequest(owner="test:here:ann", settings=settings, platform="test")


def save(sessions: LocalSessions, saved_at: float = NOW) -> Session:
    with sessions.create(request()) as draft:
        (draft.folder.parent / "image.png").write_bytes(b"what it was made from")
        draft.path_for(Format.MP4).write_bytes(b"film")
        draft.upload_path_for(Format.MP4).write_bytes(b"smaller")
        session = draft.commit(draft.path_for(Format.MP4), b"picture", 1.0, "abc")
    changed(session.folder, saved_at)
    return session


def changed(folder: Path, when: float) -> None:
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (when, when))


def begin(sessions: LocalSessions, when: float, job: RenderRequest | None = None) -> Path:
    """What a worker that was killed leaves."""
    draft = sessions.create(job or request())
    draft.path_for(Format.MP4).write_bytes(b"half a film")
    changed(draft.folder.parent, when)
    return draft.folder


def test_an_old_session_expires_and_its_link_says_so(sessions: LocalSessions, tmp_path) -> None:
    old, new = save(sessions, NOW - 10), save(sessions, NOW + 10)
    assert expire_sessions(tmp_path, before=NOW, needed=()) == 1
    with pytest.raises(ExpiredError, match="no longer kept"):
        sessions.load(old.id)
    assert sessions.list() == [new]
    assert new.result.read_bytes() == b"film"
    assert [path.stat().st_size for path in old.folder.iterdir()] == [0]


def test_what_a_waiting_job_works_from_stays(sessions: LocalSessions, tmp_path) -> None:
    old = save(sessions, NOW - 10)
    assert expire_sessions(tmp_path, before=NOW, needed={old.id}) == 0
    assert sessions.load(old.id) == old


def test_the_mark_of_an_expired_session_goes_after_as_long_again(sessions, tmp_path) -> None:
    old = save(sessions, NOW - 10)
    expire_sessions(tmp_path, before=NOW, needed=())
    changed(old.folder, NOW)
    expire_sessions(tmp_path, before=NOW, needed=())
    with pytest.raises(ExpiredError):
        sessions.load(old.id)
    assert expire_sessions(tmp_path, before=NOW + 10, needed=()) == 0
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(JobError, match="no such session"):
        sessions.load(old.id)


def test_half_written_sessions_of_killed_workers_are_removed(sessions, tmp_path) -> None:
    left, working, fresh = begin(sessions, NOW - 9), begin(sessions, NOW - 9), begin(sessions, NOW)
    saved = save(sessions)
    again = begin(sessions, NOW - 9, saved.request)
    asked = []

    def over(jobs):
        asked.extend(jobs)
        return set(jobs) - {working.parent.name}

    assert remove_half_written(tmp_path, NOW - 5, over) == 2
    assert not left.parent.exists()
    assert working.exists() and fresh.exists()
    assert fresh.parent.name not in asked
    assert not again.exists()
    assert sessions.load(saved.id) == saved


def test_a_folder_that_is_not_there_or_holds_other_things_is_no_matter(sessions, tmp_path) -> None:
    save(sessions, NOW - 10)
    (tmp_path / "notes").mkdir()
    (tmp_path / "readme.txt").write_text("mine")
    changed(tmp_path / "notes", NOW - 10)
    expire_sessions(tmp_path, NOW, ())
    remove_half_written(tmp_path, NOW, set)
    assert (tmp_path / "notes").exists() and (tmp_path / "readme.txt").exists()
    shutil.rmtree(tmp_path)
    assert expire_sessions(tmp_path, NOW, ()) == remove_half_written(tmp_path, NOW, set) == 0
