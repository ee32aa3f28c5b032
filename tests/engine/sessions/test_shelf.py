"""A user's own sessions: listed, named, and found again by what the user writes."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import ConfigurationError, ExpiredError, InputError, JobError
from engine.groups.output import Format
from engine.request import RenderRequest
from engine.sessions import index
from engine.sessions.local import LocalSessions
from engine.sessions.shelf import Shelf
from engine.settings import Settings
from engine.storage import open_storage

ANN, BOB = "discord:1:ann", "discord:1:bob"


@pytest.fixture
def sessions(tmp_path: Path) -> LocalSessions:
    return LocalSessions(tmp_path / "sessions")


@pytest.fixture
def shelf(sessions: LocalSessions, tmp_path: Path) -> Shelf:
    return Shelf(sessions, tmp_path / "names.json")


def save(sessions: LocalSessions, owner: str = ANN, prompts: str = "0: a corgi") -> str:
    settings = Settings().updated({"prompts": prompts})
    request = RenderRequest(owner=owner, settings=settings, platform="discord")
    with sessions.create(request) as draft:
        draft.path_for(Format.MP4).write_bytes(b"film")
        draft.commit(draft.path_for(Format.MP4), b"picture", 1.0, "abc")
    return request.id


def ids(shelf: Shelf, owner: str) -> list[str]:
    return [kept.id for kept in shelf.mine(owner)]


def test_everybody_sees_their_own_newest_first(shelf, sessions) -> None:
    assert shelf.mine(ANN) == []
    corgi, _, lion = save(sessions), save(sessions, BOB), save(sessions, prompts="0: a lion")
    told = [(kept.id, kept.name, kept.prompts) for kept in shelf.mine(ANN)]
    assert told == [(lion, None, "0: a lion"), (corgi, None, "0: a corgi")]
    assert shelf.mine(ANN)[0].created == sessions.load(lion).created


def test_what_a_user_of_discord_made_elsewhere_is_theirs_and_of_slack_is_not(
    shelf, sessions
) -> None:
    here, there = save(sessions, "discord:1:ann"), save(sessions, "discord:dm:ann")
    work, home = save(sessions, "slack:T1:ann"), save(sessions, "slack:T2:ann")
    assert ids(shelf, "discord:2:ann") == [there, here]
    assert (ids(shelf, "slack:T1:ann"), ids(shelf, "slack:T2:ann")) == ([work], [home])


def test_new_sessions_come_and_deleted_and_expired_ones_go(shelf, sessions) -> None:
    first, second = save(sessions), save(sessions)
    assert ids(shelf, ANN) == [second, first]
    third = save(sessions)
    sessions.delete(first)
    shutil.rmtree(sessions.root / second)
    assert ids(shelf, ANN) == [third]
    assert ids(shelf, ANN) == [third]


def test_a_session_in_the_making_is_listed_once_it_is_saved(shelf, sessions) -> None:
    settings = Settings().updated({"prompts": "0: a corgi"})
    request = RenderRequest(owner=ANN, settings=settings, platform="discord")
    with sessions.create(request) as draft:
        assert ids(shelf, ANN) == []
        draft.path_for(Format.MP4).write_bytes(b"film")
        draft.commit(draft.path_for(Format.MP4), b"", 1.0, "")
    assert ids(shelf, ANN) == [request.id]


def test_what_is_no_session_or_can_not_be_read_is_left_out(shelf, sessions) -> None:
    kept, broken = save(sessions), save(sessions)
    (sessions.root / broken / "session.json").write_text("[")
    (sessions.root / "notes").mkdir()
    assert ids(shelf, ANN) == [kept]


def test_a_record_is_read_once_however_often_the_list_is_asked_for(
    shelf, sessions, monkeypatch
) -> None:
    read = []
    validate = index._Record.model_validate_json
    monkeypatch.setattr(
        index._Record,
        "model_validate_json",
        classmethod(lambda _, text: read.append(1) or validate(text)),
    )
    for _ in range(20):
        save(sessions)
    gone = save(sessions)
    sessions.delete(gone)
    for _ in range(3):
        assert len(shelf.mine(ANN)) == 20
        assert shelf.mine(BOB) == []
    save(sessions)
    assert len(shelf.mine(ANN)) == 21
    assert len(read) == 21


def test_a_named_session_is_found_by_its_name_its_id_and_its_link(shelf, sessions) -> None:
    session = save(sessions)
    assert shelf.name(ANN, session, "  Corgi in snow ") == "Corgi in snow"
    assert [kept.name for kept in shelf.mine(ANN)] == ["Corgi in snow"]
    for text in (
        "Corgi in snow",
        " corgi IN snow\n",
        session,
        f"https://bot.example/s/{session}",
        f"<http://localhost:8080/giffusion/s/{session}/>",
    ):
        assert shelf.find("discord:dm:ann", text) == session


def test_anybody_finds_what_they_have_the_link_of_and_nobody_anothers_name(shelf, sessions) -> None:
    session = save(sessions)
    shelf.name(ANN, session, "corgi")
    assert shelf.find(BOB, f"https://bot.example/s/{session}") == session
    with pytest.raises(JobError, match="You have no animation named 'corgi'"):
        shelf.find(BOB, "corgi")


def test_what_can_not_be_found_is_said_in_a_sentence(shelf, sessions) -> None:
    with pytest.raises(JobError, match="write its name, its id or its link"):
        shelf.find(ANN, "a lion" * 100)
    with pytest.raises(JobError, match="no such session"):
        shelf.find(ANN, "https://bot.example/s/" + "0" * 24)
    sessions.delete(session := save(sessions))
    with pytest.raises(ExpiredError):
        shelf.find(ANN, session)


def test_a_second_session_of_the_same_name_gets_a_number(shelf, sessions) -> None:
    first, second, third, others = (save(sessions, who) for who in (ANN, ANN, ANN, BOB))
    assert shelf.name(ANN, first, "corgi") == "corgi"
    assert shelf.name(ANN, second, "Corgi") == "Corgi 2"
    assert shelf.name(ANN, third, "corgi") == "corgi 3"
    assert shelf.name(BOB, others, "corgi") == "corgi"
    assert shelf.name(ANN, first, "CORGI") == "CORGI"  # its own name is no other's
    sessions.delete(second)
    assert shelf.name(ANN, save(sessions), "corgi") == "corgi 2"
    longest = "x" * 80
    assert shelf.name(ANN, first, longest) == longest
    assert shelf.name(ANN, third, longest) == "x" * 78 + " 2"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "two\nlines", "a\x07bell", "a\u2028b"])
def test_what_can_be_no_name_is_refused(shelf, sessions, name) -> None:
    session = save(sessions)
    with pytest.raises(InputError, match="name: "):
        shelf.name(ANN, session, name)
    assert shelf.mine(ANN)[0].name is None


@pytest.mark.parametrize("name", ["柯基犬", "👩‍👩‍👧 at sea", "x" * 80])
def test_names_are_written_in_any_language(shelf, sessions, name) -> None:
    assert shelf.name(ANN, session := save(sessions), name) == name
    assert shelf.find(ANN, name) == session


def test_only_what_is_there_and_ones_own_can_be_named(shelf, sessions) -> None:
    with pytest.raises(JobError, match="somebody else's"):
        shelf.name(BOB, save(sessions, ANN), "mine")
    with pytest.raises(JobError, match="no such session"):
        shelf.name(ANN, "0" * 24, "nothing")


def test_names_outlive_a_restart_and_those_of_sessions_that_are_gone_do_not(
    shelf, sessions, tmp_path
) -> None:
    corgi, lion, wolf = save(sessions), save(sessions), save(sessions)
    shelf.name(ANN, corgi, "corgi")
    shelf.name(ANN, lion, "lion")
    sessions.delete(lion)
    restarted = Shelf(sessions, tmp_path / "names.json")
    assert [(kept.id, kept.name) for kept in restarted.mine(ANN)] == [
        (wolf, None),
        (corgi, "corgi"),
    ]
    with pytest.raises(JobError, match="no animation named 'lion'"):
        restarted.find(ANN, "lion")
    restarted.name(ANN, wolf, "wolf")
    assert json.loads((tmp_path / "names.json").read_text()).keys() == {corgi, wolf}


def test_a_name_that_finds_no_room_leaves_those_before_it(
    shelf, sessions, tmp_path, monkeypatch
) -> None:
    corgi, lion = save(sessions), save(sessions)
    shelf.name(ANN, corgi, "corgi")

    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr("engine.sessions.names.os.fsync", fail)
    with pytest.raises(OSError, match="no room"):
        shelf.name(ANN, lion, "lion")
    for each in (shelf, Shelf(sessions, tmp_path / "names.json")):
        assert each.find(ANN, "corgi") == corgi
        with pytest.raises(JobError):
            each.find(ANN, "lion")
    assert {path.name for path in tmp_path.iterdir()} == {"names.json", "sessions"}


def test_names_that_can_not_be_read_stop_the_start_and_are_not_overwritten(
    sessions, tmp_path
) -> None:
    (tmp_path / "names.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"names\.json"):
        Shelf(sessions, tmp_path / "names.json")
    assert (tmp_path / "names.json").read_text() == "{"


def test_many_threads_name_and_list_at_once(shelf, sessions) -> None:
    made = [save(sessions) for _ in range(12)]

    def name(session: str) -> str:
        shelf.mine(ANN)
        return shelf.name(ANN, session, "corgi")

    with ThreadPoolExecutor(6) as threads:
        names = set(threads.map(name, made))
    assert names == {"corgi", *(f"corgi {number}" for number in range(2, 13))}
    assert {kept.name for kept in shelf.mine(ANN)} == names


def test_a_named_session_that_hosts_share_stays_listed_without_a_copy_here(tmp_path) -> None:
    data = tmp_path / "data"
    storage = open_storage(f"file://{tmp_path / 'shared'}", data)
    sessions = LocalSessions(data / "sessions", storage)
    shelf = Shelf(sessions, data / "names.json")
    corgi, lion = save(sessions), save(sessions)
    shelf.name(ANN, corgi, "corgi")
    shutil.rmtree(sessions.root / corgi)  # as the housekeeping does after a day
    assert [(kept.id, kept.name) for kept in shelf.mine(ANN)] == [(lion, None), (corgi, "corgi")]
    assert shelf.name(ANN, lion, "corgi") == "corgi 2"
    assert sessions.load(shelf.find(ANN, "corgi")).result.read_bytes() == b"film"
    sessions.delete(corgi)
    assert ids(shelf, ANN) == [lion]
