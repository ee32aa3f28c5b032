import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ExpiredError, JobError
from engine.groups.output import Format
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from engine.sessions.record import Session
from engine.settings import Settings
from engine.storage import open_storage


@pytest.fixture
def sessions(tmp_path: Path) -> LocalSessions:
    return LocalSessions(tmp_path / "data" / "sessions")


def request() -> RenderRequest:
    settings = Settings().updated({"prompts": "0: a red circle | 24: a blue star", "seed": "7"})
    return RenderRequest(
        owner="test:here:somebody", settings=settings, platform="test", conversation={"channel": 1}
    )


def save(sessions: LocalSessions, job: RenderRequest, content: bytes = b"film") -> Session:
    with sessions.create(job) as draft:
        file = draft.path_for(Format.MP4)
        file.write_bytes(content)
        return draft.commit(file, poster=b"picture", seconds=1.5, model_revision="abc")


def test_a_saved_session_is_found_again_with_all_it_was_made_from(sessions: LocalSessions) -> None:
    job = request()
    saved = save(sessions, job)
    found = sessions.load(job.id)
    assert found == saved
    assert (found.id, found.request, found.seconds, found.model_revision) == (
        job.id,
        job,
        1.5,
        "abc",
    )
    assert found.result == found.folder / "animation.mp4"
    assert found.result.read_bytes() == b"film"
    assert found.poster.read_bytes() == b"picture"


@pytest.mark.parametrize("format", Format)
def test_an_animation_is_named_after_its_format(sessions: LocalSessions, format: Format) -> None:
    with sessions.create(request()) as draft:
        file = draft.path_for(format)
        file.write_bytes(b"film")
        assert draft.commit(file, b"", 1.0, "").file == f"animation.{format.value}"


def test_the_record_says_its_schema_and_no_path_of_this_machine(sessions: LocalSessions) -> None:
    saved = save(sessions, request())
    record = json.loads((saved.folder / "session.json").read_text())
    assert record["schema_version"] == 1
    assert str(saved.folder) not in json.dumps(record)


def test_a_session_in_the_making_is_not_seen(sessions: LocalSessions) -> None:
    job = request()
    with sessions.create(job) as draft:
        draft.path_for(Format.MP4).write_bytes(b"half a film")
        (draft.folder / "session.json").write_text("{}")
        assert sessions.list() == []
        with pytest.raises(JobError, match="no such session"):
            sessions.load(job.id)


def test_a_session_given_up_leaves_nothing_behind(sessions: LocalSessions, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), sessions.create(request()) as draft:
        draft.path_for(Format.MP4).write_bytes(b"half a film")
        raise RuntimeError("the device is on fire")
    assert list((tmp_path / "data" / "sessions").iterdir()) == []


def test_a_second_try_after_a_kill_begins_with_an_empty_draft(sessions: LocalSessions) -> None:
    job = request()
    killed = sessions.create(job)
    killed.path_for(Format.MP4).write_bytes(b"half a film")
    assert list(sessions.create(job).folder.iterdir()) == []


def test_rendering_a_saved_session_again_replaces_it(sessions: LocalSessions) -> None:
    job = request()
    save(sessions, job, b"first")
    with sessions.create(job) as draft:
        assert sessions.load(job.id).result.read_bytes() == b"first"
        draft.path_for(Format.MP4).write_bytes(b"second")
        draft.commit(draft.path_for(Format.MP4), b"", 1.0, "abc")
    assert sessions.load(job.id).result.read_bytes() == b"second"
    assert not draft.folder.exists()


def test_sessions_are_listed_newest_first(sessions: LocalSessions) -> None:
    assert sessions.list() == []
    saved = [save(sessions, request()) for _ in range(3)]
    assert sessions.list() == saved[::-1]


def test_a_session_of_another_version_is_left_out_and_says_so(
    sessions: LocalSessions, caplog: pytest.LogCaptureFixture
) -> None:
    kept, other, broken = (save(sessions, request()) for _ in range(3))
    record = other.folder / "session.json"
    record.write_text(record.read_text().replace('"schema_version": 1', '"schema_version": 2'))
    (broken.folder / "session.json").write_text("[")
    assert sessions.list() == [kept]
    assert other.id in caplog.text and broken.id in caplog.text
    with pytest.raises(JobError, match="this version"):
        sessions.load(other.id)


def test_a_deleted_session_is_gone_with_its_files_and_its_link_says_so(
    sessions: LocalSessions,
) -> None:
    deleted, other = save(sessions, request()), save(sessions, request())
    (deleted.folder / "image.png").write_bytes(b"what it was made from")
    sessions.delete(deleted.id)
    with pytest.raises(ExpiredError, match="no longer kept"):
        sessions.load(deleted.id)
    assert [(path.name, path.read_bytes()) for path in deleted.folder.iterdir()] == [
        ("expired", b"")
    ]
    assert sessions.list() == [other]
    assert other.result.read_bytes() == b"film"


def test_what_is_not_there_can_not_be_deleted(sessions: LocalSessions) -> None:
    with pytest.raises(JobError, match="no such session"):
        sessions.delete("0" * 24)
    with pytest.raises(JobError, match="no such session"):
        sessions.delete("../jobs.sqlite")
    sessions.delete(id := save(sessions, request()).id)
    with pytest.raises(ExpiredError):
        sessions.delete(id)


def test_a_session_in_the_making_outlives_the_deletion_of_the_one_before(
    sessions: LocalSessions,
) -> None:
    save(sessions, job := request())
    with sessions.create(job) as draft:
        draft.path_for(Format.MP4).write_bytes(b"second")
        sessions.delete(job.id)
        draft.commit(draft.path_for(Format.MP4), b"", 1.0, "abc")
    assert sessions.load(job.id).result.read_bytes() == b"second"


def test_a_session_is_deleted_for_all_hosts(tmp_path: Path) -> None:
    url = f"file://{tmp_path / 'shared'}"
    here, there = (
        LocalSessions(data / "sessions", open_storage(url, data))
        for data in (tmp_path / "here", tmp_path / "there")
    )
    saved, kept = save(there, request()), save(there, request())
    here.delete(saved.id)  # which was never fetched
    names = here.storage.changed(tmp_path / "here" / "sessions")
    assert {name for name in names if saved.id in name} == {f"{saved.id}/expired"}
    third = LocalSessions(tmp_path / "third" / "sessions", open_storage(url, tmp_path / "third"))
    with pytest.raises(ExpiredError):
        third.load(saved.id)
    assert third.load(kept.id).result.read_bytes() == b"film"


def test_a_session_is_read_without_settings_that_there_are_no_longer(
    sessions: LocalSessions,
) -> None:
    saved = save(sessions, request())
    record = json.loads((saved.folder / "session.json").read_text())
    record["request"]["settings"]["motion"]["shake"] = "0: (1)"
    (saved.folder / "session.json").write_text(json.dumps(record))
    assert sessions.load(saved.id) == saved


@pytest.mark.parametrize(
    "id", ["", "..", "../sessions", "0" * 23, "0" * 25, "A" * 24, "0" * 24 + "\n", "0" * 23 + "/"]
)
def test_an_id_that_is_none_is_refused_before_a_path_is_made(
    sessions: LocalSessions, id: str
) -> None:
    with pytest.raises(JobError, match="no such session"):
        sessions.load(id)


@given(id=st.text())
def test_no_text_but_an_id_leads_anywhere(
    tmp_path_factory: pytest.TempPathFactory, id: str
) -> None:
    sessions = LocalSessions(tmp_path_factory.getbasetemp())
    with pytest.raises(JobError):
        sessions.load(id)
