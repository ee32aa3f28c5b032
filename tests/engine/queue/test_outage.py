"""A Postgres store that goes away in the middle of it all, and comes back."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.errors import StoreAwayError
from engine.events import Cancelled, Event, Finished, FrameDone, Queued, Started
from engine.planning.cost import Cost
from engine.queue import JobQueue, calls, jobs
from engine.queue.admission import enqueue
from engine.queue.outage import is_away, noticing_lost_hosts
from engine.request import RenderRequest
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.queue_worker import opened, request, worker

COST = Cost(work=1)
FRAMES = 80
PAUSE = 0.05
AWAY_SECONDS = 2.5


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def url(server: PostgresServer, request: pytest.FixtureRequest) -> str:
    return f"{server.url}jobs_{abs(hash(request.node.name))}"


@pytest.fixture
async def queue(url: str) -> AsyncIterator[JobQueue]:
    queue = JobQueue(url)
    await queue.standing()  # the database is there
    yield queue
    await queue.close()


async def story(queue: JobQueue, job: RenderRequest) -> list[Event]:
    async with asyncio.timeout(60):
        return [event async for event in queue.events(job.id)]


async def submitted(queue: JobQueue, **script: object) -> RenderRequest:
    job = request(**script)
    await queue.submit(job, COST)
    return job


async def begun(queue: JobQueue, job: RenderRequest) -> None:
    async with asyncio.timeout(60):
        async for event in queue.events(job.id):
            if isinstance(event, FrameDone):
                return


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
async def test_everything_goes_on_when_the_store_is_back(
    how: signal.Signals,
    server: PostgresServer,
    url: str,
    queue: JobQueue,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    figures: list[str],
) -> None:
    with worker(url, tmp_path) as working:
        running = await submitted(queue, frames=FRAMES, pause=PAUSE)
        waiting = await submitted(queue)
        readers = [asyncio.create_task(story(queue, job)) for job in (running, waiting)]
        await begun(queue, running)
        await asyncio.to_thread(server.stop, how)
        meanwhile = [asyncio.create_task(submitted(queue)) for _ in range(3)]
        await asyncio.sleep(AWAY_SECONDS)
        await asyncio.to_thread(server.start)
        back = time.monotonic()
        late = await asyncio.gather(*meanwhile)
        figures.append(f"store back to submitted: {time.monotonic() - back:.1f} s")
        stories = [await reader for reader in readers]
        stories += await asyncio.gather(*(story(queue, job) for job in late))
        assert await working.stop() == 0
    assert [type(events[-1]) for events in stories] == [Finished] * 5
    assert sum(isinstance(event, Started) for event in stories[0]) == 1
    assert isinstance(stories[0][-2], FrameDone)
    assert stories[0][-2].done == FRAMES
    notes = (tmp_path / "notes").read_text().splitlines()
    begins = [line.split()[1] for line in notes if line.startswith("begin")]
    assert sorted(begins) == sorted(job.id for job in (running, waiting, *late))
    for log in (working.output.read_text(), caplog.text):
        assert [line.count("job store is") for line in log.splitlines()] == [1, 1], log


async def test_a_running_job_can_be_cancelled_after_the_store_was_away(
    server: PostgresServer, url: str, queue: JobQueue, tmp_path: Path
) -> None:
    with worker(url, tmp_path):
        job = await submitted(queue, frames=100_000)
        await begun(queue, job)
        await asyncio.to_thread(server.stop)
        cancelling = asyncio.create_task(queue.cancel(job.id))
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)
        await cancelling
        next_job = await submitted(queue, frames=1)
        assert isinstance((await story(queue, next_job))[-1], Finished)


async def test_whoever_asks_is_told_in_time_that_the_store_is_away(
    server: PostgresServer, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 1.0)
    known = await submitted(queue)
    await asyncio.to_thread(server.stop)
    began = time.monotonic()
    job = request()
    for asking in (
        queue.submit(job, COST),
        queue.cancel(known.id),
        queue.request(known.id),
        queue.standing(),
    ):
        with pytest.raises(StoreAwayError, match="try again"):
            await asking
    assert time.monotonic() - began < 20
    await asyncio.to_thread(server.start)
    await queue.submit(job, COST)
    assert await opened(queue) == [known, job]


async def test_a_job_whose_user_was_told_that_the_store_is_away_is_not_rendered(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer_lost(*args: object) -> None:
        enqueue(*args)
        raise OperationalError("COMMIT", None, psycopg.OperationalError("connection lost"))

    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "enqueue", answer_lost)
    job = request()
    with pytest.raises(StoreAwayError):
        await queue.submit(job, COST)
    assert await story(queue, job) in ([Cancelled()], [Queued(position=1), Cancelled()])


async def test_a_worker_stopped_while_the_store_is_away_takes_its_job_up_again(
    server: PostgresServer, url: str, queue: JobQueue, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    job = await submitted(queue, gate=str(gate))
    with worker(url, tmp_path) as stopped:
        await begun(queue, job)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(1)
        assert await stopped.stop() == 0
    await asyncio.to_thread(server.start)
    assert "Traceback" not in stopped.output.read_text()
    gate.touch()
    with worker(url, tmp_path):
        assert isinstance((await story(queue, job))[-1], Finished)


def test_a_host_that_answers_nothing_is_away_after_some_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = noticing_lost_hosts(f"postgresql+psycopg://nobody@127.0.0.1:{port}/jobs")
        engine = create_engine(url.replace("connect_timeout=5", "connect_timeout=2"))
        with pytest.raises(OperationalError) as error:
            engine.connect()
    assert is_away(error.value)


@pytest.mark.parametrize("problem", ["SELECT nonsense", "SELECT 1 / 0"])
def test_a_server_that_refuses_is_not_away(server: PostgresServer, problem: str) -> None:
    engine = create_engine(f"{server.url}postgres".replace("://", "+psycopg://"))
    with engine.connect() as connection, pytest.raises(DBAPIError) as error:
        connection.execute(text(problem))
    engine.dispose()
    assert not is_away(error.value)
