"""On a disk that is really full: one sentence for the user, and nothing is half-written."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.configuration import load_configuration
from engine.disk import is_disk_full
from engine.errors import ConfigurationError, DiskFullError, RenderError
from engine.events import Event, Finished, FrameDone
from engine.groups.output import Format
from engine.housekeeping import keep_house
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.render.output.budget import fitted_copy
from engine.render.output.encoders import open_encoder
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from tests.support.queue_worker import opened, request, worker
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.web_chat import web_chat

SIDE, FPS = 256, Fraction(12)
SENTENCE = "The bot's disk is full; try again when its operator has made room."


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", mib=8) as disk:
        yield disk


def write(file: Path, frames: int) -> None:
    """An animation that is as hard to compress as can be."""
    random = np.random.default_rng(1)
    with open_encoder(file, Format(file.suffix[1:]), FPS, SIDE, SIDE) as encoder:
        for _ in range(frames):
            encoder.add(random.integers(0, 256, (SIDE, SIDE, 3), np.uint8))


@pytest.mark.parametrize("leaving", [0, 300_000])
@pytest.mark.parametrize("format", Format)
def test_an_animation_that_finds_no_room_is_not_there_at_all(
    disk: SmallDisk, format: Format, leaving: int
) -> None:
    disk.fill(leaving)
    free = disk.free()
    with pytest.raises(RenderError) as caught:
        write(disk.folder / f"animation.{format}", 30)
    assert is_disk_full(caught.value)
    assert (disk.files(), disk.free()) == ([], free)


@pytest.mark.parametrize("format", Format)
def test_a_smaller_copy_that_finds_no_room_leaves_the_whole_one(
    disk: SmallDisk, format: Format
) -> None:
    whole, copy = (disk.folder / f"{name}.{format}" for name in ("animation", "upload"))
    write(whole, 20)
    content = whole.read_bytes()
    disk.fill(leaving=20_000)
    with pytest.raises(RenderError) as caught:
        fitted_copy(whole, copy, FPS, len(content) // 2, threading.Event())
    assert is_disk_full(caught.value)
    assert disk.files() == [whole.name]
    assert whole.read_bytes() == content


def test_a_session_that_finds_no_room_is_not_there_at_all(disk: SmallDisk) -> None:
    sessions = LocalSessions(disk.folder / "sessions")
    job = RenderRequest.model_validate(request().model_dump())
    with pytest.raises(OSError) as caught, sessions.create(job) as draft:
        draft.path_for(Format.MP4).write_bytes(b"film")
        disk.fill()
        draft.commit(draft.path_for(Format.MP4), b"picture", 1.0, "")
    assert is_disk_full(caught.value)
    assert disk.files() == []
    assert sessions.list() == []


async def test_a_message_that_finds_no_room_is_refused_in_one_sentence(disk: SmallDisk) -> None:
    async with web_chat(disk.folder) as web:
        disk.fill(leaving=100_000)
        for files in ([("corgi.png", b"x" * 2**20)], []):  # no room for a file, then for words
            response = await web.post("0: a corgi", *files)
            assert response.status == 507
            assert (await response.json())["error"] == SENTENCE
            assert list((disk.folder / "web" / "uploads").iterdir()) == []
            disk.fill()
        assert not web.service.incoming
        disk.empty()
        assert (await web.post("0: a corgi", ("corgi.png", b"x" * 2**20))).status == 202


async def test_a_web_chat_that_can_not_start_on_a_full_disk_says_so(disk: SmallDisk) -> None:
    async with web_chat(disk.folder) as web:
        await web.say("0: a corgi")
    disk.fill()
    with pytest.raises(ConfigurationError, match=r"web\.sqlite can't be opened"):
        async with web_chat(disk.folder):
            pass
    disk.empty()
    async with web_chat(disk.folder) as web:
        await web.say("0: a corgi")


async def test_a_full_disk_costs_the_queue_nothing_but_time(
    disk: SmallDisk, tmp_path: Path
) -> None:
    """What was accepted is rendered and told of; what comes is refused until there is room."""
    url = f"sqlite:///{disk.folder / 'jobs.sqlite'}"
    gate = tmp_path / "gate"
    queue = JobQueue(url)
    with worker(url, tmp_path):
        rendering, waiting = request(gate=str(gate), frames=300, pause=0.001), request()
        await queue.submit(rendering, Cost(work=1))
        await queue.submit(waiting, Cost(work=1))
        await begun(queue, rendering)
        disk.fill()
        gate.touch()
        with pytest.raises(DiskFullError):
            await queue.submit(request(), Cost(work=1))
        with pytest.raises(DiskFullError):
            await queue.cancel(waiting.id)
        async with asyncio.timeout(30):
            while "end" not in (tmp_path / "notes").read_text():
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)  # in which how it ended could get lost
        disk.empty()
        assert isinstance(await last(queue, rendering), Finished)
        assert isinstance(await last(queue, waiting), Finished)
        await queue.submit(again := request(), Cost(work=1))
        assert isinstance(await last(queue, again), Finished)
    await queue.close()
    with sqlite3.connect(disk.folder / "jobs.sqlite") as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_housekeeping_makes_room_on_a_full_disk(
    disk: SmallDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(f'[service]\ndata = "{disk.folder}"\n')
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
    configuration = load_configuration()
    queue = JobQueue(configuration.queue_url)
    jobs = [request(f"user{n}") for n in range(20)]
    for job in jobs:
        await queue.submit(job, Cost(work=1))
        (configuration.inputs / job.id).mkdir(parents=True)
        (configuration.inputs / job.id / "image.png").write_bytes(bytes(50_000))
    for job in jobs[1:]:
        await queue.cancel(job.id)
    disk.fill()
    await asyncio.to_thread(keep_house, configuration, time.time() + 8 * 24 * 3600)
    assert [folder.name for folder in configuration.inputs.iterdir()] == [jobs[0].id]
    assert await opened(queue) == jobs[:1]
    assert await queue.request(jobs[1].id) is None
    await queue.close()


async def begun(queue: JobQueue, job: RenderRequest) -> None:
    async with asyncio.timeout(30):
        async for event in queue.events(job.id):
            if isinstance(event, FrameDone):
                return


async def last(queue: JobQueue, job: RenderRequest) -> Event:
    async with asyncio.timeout(30):
        return [event async for event in queue.events(job.id)][-1]
