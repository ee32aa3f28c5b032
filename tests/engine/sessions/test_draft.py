"""A session keeps the files it was made from, so that it can be made again months later."""

import os
import shutil
from pathlib import Path

import pytest

from engine.groups.output import Format
from engine.request import Inputs, RenderRequest
from engine.sessions.local import LocalSessions
from engine.sessions.record import Session
from engine.settings import Settings


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def sessions(data: Path) -> LocalSessions:
    return LocalSessions(data / "sessions")


@pytest.fixture
def job(data: Path) -> RenderRequest:
    """A request that came with a picture and a song."""
    settings = Settings().updated({"prompts": "0: a corgi"})
    job = RenderRequest(owner="test:here:ann", settings=settings, platform="test")
    folder = data / "inputs" / job.id
    folder.mkdir(parents=True)
    files = Inputs(image=folder / "image.png", audio=folder / "audio.flac")
    for file in files.files:
        file.write_bytes(file.name.encode())
    return job.model_copy(update={"inputs": files.relative_to(data)})


def save(sessions: LocalSessions, job: RenderRequest, inputs: Inputs) -> Session:
    with sessions.create(job) as draft:
        draft.path_for(Format.MP4).write_bytes(b"film")
        return draft.commit(draft.path_for(Format.MP4), b"picture", 1.0, "abc", inputs)


def test_the_files_of_a_command_stay_with_its_session(sessions, job, data) -> None:
    save(sessions, job, job.inputs.below(data))
    shutil.rmtree(data / "inputs")
    session = sessions.load(job.id)
    image, audio = session.folder / "image.png", session.folder / "audio.flac"
    assert session.inputs == Inputs(image=image, audio=audio)
    assert (image.read_bytes(), audio.read_bytes()) == (b"image.png", b"audio.flac")
    assert session.inputs.image.is_absolute()
    assert not session.inputs_lost


def test_an_earlier_result_that_was_drawn_over_stays_with_what_came_of_it(
    sessions, job, data
) -> None:
    earlier = save(sessions, job, Inputs())
    later = RenderRequest(
        owner=job.owner,
        settings=job.settings,
        platform="test",
        inputs=Inputs(video=earlier.result.relative_to(data)),
    )
    save(sessions, later, Inputs(video=earlier.result))
    shutil.rmtree(earlier.folder)
    assert sessions.load(later.id).inputs.video.read_bytes() == b"film"


def test_where_the_disk_makes_no_links_the_files_are_copied(
    sessions, job, data, monkeypatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    session = save(sessions, job, job.inputs.below(data))
    assert [file.read_bytes() for file in session.inputs.files] == [b"image.png", b"audio.flac"]


def test_a_file_that_vanished_meanwhile_costs_nobody_the_animation(sessions, job, data) -> None:
    (data / job.inputs.audio).unlink()
    session = save(sessions, job, job.inputs.below(data))
    assert session.inputs.files == (session.folder / "image.png",)
    assert session.inputs_lost


def test_sessions_of_before_tell_that_their_files_are_gone(sessions, job) -> None:
    save(sessions, job, Inputs())
    session = sessions.load(job.id)
    assert session.inputs == Inputs()
    assert session.inputs_lost


def test_a_session_of_words_alone_has_lost_nothing(sessions, job) -> None:
    session = save(sessions, job.model_copy(update={"inputs": Inputs()}), Inputs())
    assert session.inputs == Inputs()
    assert not session.inputs_lost


def test_saving_again_after_a_kill_keeps_the_files_once(sessions, job, data) -> None:
    first = save(sessions, job, job.inputs.below(data))
    again = save(sessions, job, job.inputs.below(data))
    assert again.inputs == first.inputs
    assert not (again.folder / "partial").exists()
