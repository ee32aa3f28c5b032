"""Jobs of workers that died, with real workers; a short lease where one must run out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dbos import DBOSClient

from engine.events import Cancelled, Ending, Event, Failed, Finished, FrameDone
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.queue.janitor import Janitor
from engine.queue.recovery import MOST_DEATHS, hand_over, take_over
from engine.queue.store import connect
from engine.queue.workers import Registry
from engine.request import RenderRequest
from tests.support.queue_worker import request, worker

LEASE = 4.0


@pytest.fixture
async def store(queue: JobQueue, url: str) -> AsyncIterator[DBOSClient]:
    await queue.standing()
    store = connect(url)
    yield store
    store.destroy()


@pytest.fixture
def registry(store: DBOSClient, url: str) -> Iterator[Registry]:
    registry = Registry(url, LEASE)
    yield registry
    registry.close()


@pytest.fixture
def impatient(store: DBOSClient, url: str) -> Iterator[Registry]:
    """One that takes everybody for dead who gave no sign since it looked before."""
    registry = Registry(url, 0)
    yield registry
    registry.close()


async def submitted(queue: JobQueue, **script: object) -> RenderRequest:
    job = request(**script)
    await queue.submit(job, Cost(work=1))
    return job


async def ending(queue: JobQueue, job: RenderRequest) -> Event:
    async with asyncio.timeout(30):
        *_, last = [event async for event in queue.events(job.id)]
    return last


async def told_a_frame(queue: JobQueue, job: RenderRequest) -> None:
    async with asyncio.timeout(30):
        async for event in queue.events(job.id):
            if isinstance(event, FrameDone):
                return


def notes(folder: Path, job: RenderRequest) -> list[str]:
    lines = (folder / "notes").read_text().splitlines() if (folder / "notes").exists() else []
    return [line.split()[0] for line in lines if job.id in line]


async def begun(folder: Path, job: RenderRequest, times: int) -> None:
    async with asyncio.timeout(30):
        while notes(folder, job).count("begin") < times:
            await asyncio.sleep(0.05)


def bury(store: DBOSClient, impatient: Registry) -> None:
    """Hand over the jobs of all workers that there are."""
    before = impatient.known()
    while impatient.known() & before:
        take_over(store, impatient)


async def told_to_stop(impatient: Registry) -> None:
    """Wait until the one worker that there is has noted that it stops."""
    async with asyncio.timeout(30):
        while not any(each.stopping for each in impatient.dead()):
            await asyncio.sleep(0.05)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    return tmp_path / "gate"


@pytest.fixture
async def orphan(queue: JobQueue, url: str, tmp_path: Path, gate: Path) -> RenderRequest:
    """A job whose worker was killed; it ends when the gate is there."""
    job = await submitted(queue, gate=str(gate))
    with worker(url, tmp_path, "device-0"):
        await told_a_frame(queue, job)
    return job


async def test_a_dead_hosts_job_goes_on_elsewhere_once_however_many_look_for_it(
    queue: JobQueue, url: str, tmp_path: Path, orphan: RenderRequest, gate: Path
) -> None:
    gate.touch()
    with (
        Janitor(url, LEASE),  # the bot's
        worker(url, tmp_path, "device-1", LEASE),
        worker(url, tmp_path, "device-2", LEASE),
    ):
        assert isinstance(await ending(queue, orphan), Finished)
    assert notes(tmp_path, orphan) == ["begin", "begin", "end"]


async def test_a_janitor_without_a_worker_puts_a_dead_hosts_job_back_to_its_place(
    queue: JobQueue, url: str, orphan: RenderRequest
) -> None:
    later = await submitted(queue)
    with Janitor(url, 0.5):
        async with asyncio.timeout(30):
            while await queue.position(orphan.id) != 1:
                await asyncio.sleep(0.05)
    assert await queue.position(later.id) == 2


async def test_those_who_hand_a_job_over_late_do_not_take_it_from_who_has_it_now(
    queue: JobQueue,
    url: str,
    store: DBOSClient,
    registry: Registry,
    tmp_path: Path,
    orphan: RenderRequest,
    gate: Path,
) -> None:
    (life,) = registry.known()
    with ThreadPoolExecutor(4) as threads, worker(url, tmp_path, "device-1"):
        handing = [threads.submit(hand_over, store, life, died=True) for _ in range(20)]
        await begun(tmp_path, orphan, times=2)
        handing += [threads.submit(hand_over, store, life, died=True) for _ in range(20)]
        for each in handing:
            await asyncio.to_thread(each.result, 30)
        gate.touch()
        assert isinstance(await ending(queue, orphan), Finished)
    assert notes(tmp_path, orphan) == ["begin", "begin", "end"]


async def test_a_janitor_that_dies_half_way_is_followed_and_the_death_counts_once(
    queue: JobQueue,
    store: DBOSClient,
    impatient: Registry,
    orphan: RenderRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr("engine.queue.recovery.requeue", die)
        with pytest.raises(KeyboardInterrupt):
            bury(store, impatient)
    assert await queue.position(orphan.id) == 0
    bury(store, impatient)
    assert await queue.position(orphan.id) == 1
    (status,) = store.list_workflows(workflow_ids=[orphan.id])
    assert status.attributes and status.attributes["deaths"]["count"] == 1


async def test_a_job_that_kills_workers_on_two_hosts_is_parked_and_the_next_one_is_rendered(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    poison = await submitted(queue, ending="crash")
    for device in ("device-0", "device-0", "device-1"):
        with worker(url, tmp_path, device, lease=1) as crashing:
            await crashing.ended()
    harmless = await submitted(queue)
    with worker(url, tmp_path, "device-1", lease=1):
        parked = await ending(queue, poison)
        assert isinstance(await ending(queue, harmless), Finished)
    assert isinstance(parked, Failed)
    assert "given up" in parked.message
    assert "smaller size" in parked.message
    assert notes(tmp_path, poison) == ["begin"] * 3


async def test_a_job_that_comes_on_between_its_workers_deaths_is_finished(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    job = await submitted(queue, ending="crash", crashes=MOST_DEATHS, saves=True, pause=0.25)
    for _ in range(MOST_DEATHS):
        with worker(url, tmp_path) as crashing:
            await crashing.ended()
    with worker(url, tmp_path):
        assert isinstance(await ending(queue, job), Finished)


async def test_a_worker_that_is_told_to_stop_is_no_death_under_its_job(
    queue: JobQueue, url: str, tmp_path: Path, gate: Path
) -> None:
    job = await submitted(queue, gate=str(gate))
    for times in range(1, MOST_DEATHS + 1):
        with worker(url, tmp_path) as stopped:
            await begun(tmp_path, job, times)
            assert await stopped.stop() == 0
    gate.touch()
    with worker(url, tmp_path):
        assert isinstance(await ending(queue, job), Finished)


async def test_nor_is_one_that_does_not_stop_in_time_and_is_killed(
    queue: JobQueue, url: str, impatient: Registry, tmp_path: Path
) -> None:
    job = await submitted(queue, pause=3600, linger=3600)
    for times in range(1, MOST_DEATHS + 1):
        with worker(url, tmp_path) as stopping:
            await begun(tmp_path, job, times)
            stopping.process.terminate()
            await told_to_stop(impatient)
    with worker(url, tmp_path):
        await begun(tmp_path, job, times=MOST_DEATHS + 1)


async def test_a_job_that_is_cancelled_while_its_worker_is_dead_stays_cancelled(
    queue: JobQueue, store: DBOSClient, impatient: Registry, orphan: RenderRequest
) -> None:
    await queue.cancel(orphan.id)
    bury(store, impatient)
    assert await ending(queue, orphan) == Cancelled()


async def test_a_job_whose_worker_nobody_knows_goes_on(
    queue: JobQueue,
    url: str,
    registry: Registry,
    tmp_path: Path,
    orphan: RenderRequest,
    gate: Path,
) -> None:
    for life in registry.known():
        registry.leave(life)
    gate.touch()
    with worker(url, tmp_path, "device-1"):
        assert isinstance(await ending(queue, orphan), Finished)


async def test_a_worker_that_was_cut_off_stops_its_render_and_begins_anew(
    queue: JobQueue,
    url: str,
    store: DBOSClient,
    impatient: Registry,
    tmp_path: Path,
    gate: Path,
) -> None:
    job = await submitted(queue, gate=str(gate))
    with worker(url, tmp_path, lease=LEASE) as cut_off:
        await told_a_frame(queue, job)
        bury(store, impatient)
        await begun(tmp_path, job, times=2)
        gate.touch()
        assert isinstance(await ending(queue, job), Finished)
        assert await cut_off.stop() == 0
    assert notes(tmp_path, job) == ["begin", "end", "begin", "end"]
    assert "others' now" in cut_off.output.read_text()


async def test_a_job_parked_by_an_older_version_reads_as_given_up(
    queue: JobQueue, store: DBOSClient, orphan: RenderRequest
) -> None:
    store._sys_db.dead_letter_workflows([orphan.id], min_recovery_attempts=0)
    last = await ending(queue, orphan)
    assert isinstance(last, Ending)
    assert isinstance(last, Failed) and "given up" in last.message
