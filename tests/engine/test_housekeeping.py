"""What the service keeps, and for how long, with a real store and worker."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from engine.configuration import Configuration, load_configuration
from engine.errors import ExpiredError, JobError
from engine.events import Ending, Event, Finished
from engine.groups.output import Format
from engine.housekeeping import keep_house
from engine.media.limits import MediaLimits
from engine.media.sandbox.messages import Inspect
from engine.media.sandbox.process import DecodingProcess
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.request import Inputs, RenderRequest, new_job_id
from engine.sessions.local import LocalSessions
from engine.storage import open_storage
from tests.support.queue_worker import opened, request, worker

DAY = 24 * 3600.0
SETTINGS = """
[housekeeping]
jobs_days = 7
inputs_days = 2
sessions_days = 30
"""


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configuration:
    (tmp_path / "settings.toml").write_text(SETTINGS)
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return load_configuration()


@pytest.fixture
async def queue(configuration: Configuration) -> AsyncIterator[JobQueue]:
    queue = JobQueue(configuration.queue_url)
    await queue.standing()
    yield queue
    await queue.close()


@pytest.fixture
def keep(configuration: Configuration):
    """Keeps the house so many days from now."""

    async def keep(days: float) -> None:
        await asyncio.to_thread(keep_house, configuration, time.time() + days * DAY)

    return keep


@pytest.fixture
def ended(queue: JobQueue, configuration: Configuration, tmp_path: Path):
    """Jobs that came with a file and have ended: well, refused and cancelled."""

    async def ended() -> list[RenderRequest]:
        jobs = [request(), request(ending="refusal"), request(pause=60)]
        for job in jobs:
            attached(configuration, job.id)
            await queue.submit(job, Cost(work=1))
        with worker(configuration.queue_url, tmp_path):
            for job in jobs[:2]:
                await ending(queue, job)
            await queue.cancel(jobs[2].id)
            await ending(queue, jobs[2])
        return jobs

    return ended


async def ending(queue: JobQueue, job: RenderRequest) -> Ending | Event:
    async with asyncio.timeout(30):
        return [event async for event in queue.events(job.id)][-1]


def attached(configuration: Configuration, job: str) -> Path:
    file = configuration.inputs / job / "image.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a picture")
    return file


def rows(configuration: Configuration) -> int:
    """All rows in the store that have to do with jobs."""
    with sqlite3.connect(configuration.service.data / "jobs.sqlite") as store:
        tables = ("workflow_status", "workflow_input", "workflow_output", "streams")
        tables = (*tables, "operation_outputs")
        counts = [store.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]
    return sum(counts)


async def test_ended_jobs_leave_the_store_with_all_their_previews(
    queue, configuration, ended, keep
) -> None:
    jobs = await ended()
    waiting = request()
    await queue.submit(waiting, Cost(work=1))
    await keep(6.9)
    assert isinstance(await ending(queue, jobs[0]), Finished)
    await keep(7.1)
    for job in jobs:
        with pytest.raises(JobError, match="no such job"):
            await queue.position(job.id)
    assert await opened(queue) == [waiting]
    with_one_waiting = rows(configuration)
    await queue.cancel(waiting.id)
    await keep(7.1)
    assert rows(configuration) == 0 < with_one_waiting


async def test_attached_files_go_some_days_after_their_jobs_end(
    queue, configuration, ended, keep
) -> None:
    await ended()
    waiting = request()
    await queue.submit(waiting, Cost(work=1))
    kept = attached(configuration, waiting.id)
    await keep(1.9)
    assert len(list(configuration.inputs.iterdir())) == 4
    await keep(2.1)
    assert list(configuration.inputs.iterdir()) == [kept.parent]


async def test_unfinished_renders_are_kept_while_their_jobs_are_open(
    queue, configuration, keep, ended
) -> None:
    jobs = await ended()
    jobs.append(waiting := request())
    await queue.submit(waiting, Cost(work=1))
    for job in jobs:
        (configuration.work / job.id).mkdir(parents=True)
        (configuration.work / job.id / "000000-000024.mkv").touch()
    await keep(0)
    assert len(list(configuration.work.iterdir())) == len(jobs)  # within the hour
    await keep(0.1)
    assert [folder.name for folder in configuration.work.iterdir()] == [waiting.id]


async def test_files_of_commands_that_never_became_jobs_go_after_an_hour(
    queue, configuration, keep
) -> None:
    arriving = attached(configuration, new_job_id())
    listened_to = attached(configuration, "keyframes-x1y2")
    await keep(0.9 / 24)
    assert arriving.exists() and listened_to.exists()
    await keep(1.1 / 24)
    assert list(configuration.inputs.iterdir()) == []


async def test_sessions_expire_unless_a_waiting_job_works_from_them(
    queue, configuration, keep
) -> None:
    sessions = LocalSessions(configuration.sessions)
    saved = []
    for _ in range(2):
        with sessions.create(request()) as draft:
            draft.path_for(Format.MP4).write_bytes(b"film")
            saved.append(draft.commit(draft.path_for(Format.MP4), b"", 1.0, ""))
    again = request().model_copy(update={"inputs": Inputs(video=saved[0].result)})
    await queue.submit(again, Cost(work=1))
    await keep(29.9)
    assert len(sessions.list()) == 2
    await keep(30.1)
    assert sessions.list() == [saved[0]]
    await queue.cancel(again.id)
    await keep(30.1)
    assert sessions.list() == []


async def test_sessions_are_kept_for_ever_by_default(queue, configuration, tmp_path, keep) -> None:
    session = LocalSessions(configuration.sessions)
    with session.create(job := request()) as draft:
        draft.path_for(Format.MP4).write_bytes(b"film")
        draft.commit(draft.path_for(Format.MP4), b"", 1.0, "")
    (tmp_path / "settings.toml").write_text("")
    await asyncio.to_thread(keep_house, load_configuration(), time.time() + 3000 * DAY)
    assert session.load(job.id)


async def test_a_render_that_takes_hours_keeps_its_half_of_a_session(
    queue, configuration, keep
) -> None:
    rendering, gone = request(), request()
    await queue.submit(rendering, Cost(work=1))
    sessions = LocalSessions(configuration.sessions)
    drafts = [sessions.create(job) for job in (rendering, gone)]
    await keep(3)
    assert [draft.folder.exists() for draft in drafts] == [True, False]


async def test_what_killed_readers_of_files_left_is_removed(queue, tmp_path, keep) -> None:
    for name in ("giffusion-decoder-x", "giffusion-keyframes-y", "somebody-elses"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    await keep(0.9 / 24)
    assert (tmp_path / "giffusion-decoder-x").exists()
    await keep(1.1 / 24)
    assert not list(tmp_path.glob("giffusion-*"))
    assert (tmp_path / "somebody-elses" / "file").exists()


async def test_a_reader_of_a_long_render_goes_on_without_its_folder(queue, tmp_path, keep) -> None:
    picture = tmp_path / "picture.png"
    Image.new("RGB", (8, 8)).save(picture)
    with DecodingProcess() as decoder:
        for hours in (0, 2):
            await keep(hours / 24)
            answer, _ = decoder.open(picture, Inspect(limits=MediaLimits()))
            assert answer.facts
    assert not list(tmp_path.glob("giffusion-*"))


async def test_two_bots_may_keep_one_house_at_once(queue, configuration, ended, keep) -> None:
    await ended()
    await asyncio.gather(*(keep(8) for _ in range(4)))
    assert rows(configuration) == 0
    assert list(configuration.inputs.iterdir()) == []


async def test_without_a_store_nothing_of_a_job_is_removed(configuration, keep) -> None:
    file = attached(configuration, new_job_id())
    with pytest.raises(Exception):  # noqa: B017 - whatever the store says
        await keep(9)
    assert file.exists()


@pytest.fixture
def hosts(configuration: Configuration, tmp_path: Path):
    """This host and another one: their configurations and what they share."""
    store = f"file://{tmp_path / 'shared'}"
    data = tmp_path / "other"
    other = configuration.model_copy(
        update={"service": configuration.service.model_copy(update={"data": data})}
    )
    return [(each, open_storage(store, each.service.data)) for each in (configuration, other)]


async def test_what_hosts_share_goes_with_the_jobs_it_belongs_to(
    queue, configuration, ended, hosts, tmp_path
) -> None:
    (_, storage), (other, its_storage) = hosts
    await ended()
    waiting = request()
    await queue.submit(waiting, Cost(work=1))
    attached(configuration, waiting.id)
    for job in configuration.inputs.iterdir():
        segment = configuration.work / job.name / "000000-000024.mkv"
        segment.parent.mkdir(parents=True)
        segment.touch()
        for folder in (job, segment.parent):
            storage.push(folder)
    store = tmp_path / "shared"
    for days, inputs, work in ((0, 4, 4), (0.1, 4, 1), (2.1, 1, 1)):
        # The other host has no copies, and its housekeeping deletes of the store.
        url = configuration.queue.model_copy(update={"url": configuration.queue_url})
        house = other.model_copy(update={"queue": url})
        await asyncio.to_thread(keep_house, house, time.time() + days * DAY, its_storage)
        assert len(its_storage.changed(other.inputs)) == inputs
        assert len(its_storage.changed(other.work)) == work
    assert [path.name for path in (store / "inputs").rglob("*.png")] == ["image.png"]
    assert (store / "inputs" / waiting.id / "image.png").exists()


def saved_session(sessions: LocalSessions) -> str:
    with sessions.create(job := request()) as draft:
        draft.path_for(Format.MP4).write_bytes(b"film")
        draft.commit(draft.path_for(Format.MP4), b"", 1.0, "")
    return job.id


async def test_shared_sessions_expire_for_all_hosts_and_their_links_say_so(
    queue, configuration, hosts
) -> None:
    storage = hosts[0][1]
    here, there = (LocalSessions(each.sessions, shared) for each, shared in hosts)
    old, worked_from = saved_session(there), saved_session(there)
    again = request().model_copy(
        update={"inputs": Inputs(video=Path("sessions", worked_from, "animation.mp4"))}
    )
    await queue.submit(again, Cost(work=1))

    async def keep(days: float) -> None:
        await asyncio.to_thread(keep_house, configuration, time.time() + days * DAY, storage)

    await keep(29.9)
    assert here.load(old).result.read_bytes() == b"film"
    await keep(30.1)
    with pytest.raises(ExpiredError):
        here.load(old)
    assert here.load(worked_from)
    assert {name for name in storage.changed(configuration.sessions) if old in name} == {
        f"{old}/expired"
    }
    await keep(60.2)
    assert not [name for name in storage.changed(configuration.sessions) if old in name]


async def test_copies_of_shared_sessions_go_after_a_day_and_come_again(
    queue, configuration, hosts
) -> None:
    storage = hosts[0][1]
    here, there = (LocalSessions(each.sessions, shared) for each, shared in hosts)
    own = saved_session(LocalSessions(configuration.sessions))  # before hosts shared anything
    copied = saved_session(there)
    assert here.load(copied)
    for days, kept in ((0.9, {own, copied}), (1.1, {own})):
        await asyncio.to_thread(keep_house, configuration, time.time() + days * DAY, storage)
        assert {folder.name for folder in configuration.sessions.iterdir()} == kept
    assert here.load(copied).result.read_bytes() == b"film"
    assert here.load(own)


async def test_half_a_session_that_a_killed_worker_stored_is_removed(
    queue, configuration, hosts
) -> None:
    (_, storage), _ = hosts
    rendering, gone = request(), request()
    await queue.submit(rendering, Cost(work=1))
    for job in (rendering, gone):
        film = configuration.sessions / job.id / "animation.mp4"
        film.parent.mkdir(parents=True)
        film.write_bytes(b"film")
        storage.push(film)
    await asyncio.to_thread(keep_house, configuration, time.time() + 0.1 * DAY, storage)
    assert set(storage.changed(configuration.sessions)) == {f"{rendering.id}/animation.mp4"}
