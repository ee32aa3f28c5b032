"""Jobs that are over leave the store, whichever it is, and no others."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from engine.errors import JobError
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.queue.expiry import delete_jobs, files_of_open_jobs, over_before
from engine.queue.store import connect
from engine.request import Inputs
from tests.support.postgres import postgres_server
from tests.support.queue_worker import opened, request, worker

_SCHEMAS = {"sqlite": None, "postgresql": "dbos"}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('store') / 'jobs.db'}"
        return
    with postgres_server() as server:
        yield f"{server}jobs"


@pytest.fixture
async def queue(url: str) -> AsyncIterator[JobQueue]:
    queue = JobQueue(url)
    await queue.standing()
    yield queue
    await queue.close()


async def finish(queue: JobQueue, url: str, folder: Path, count: int) -> list[str]:
    jobs = [request(frames=2, pause=0) for _ in range(count)]
    for job in jobs:
        await queue.submit(job, Cost(work=1))
    with worker(url, folder):
        async with asyncio.timeout(60):
            for job in jobs:
                assert [event async for event in queue.events(job.id)]
    return [job.id for job in jobs]


def rows_of(url: str, jobs: list[str]) -> int:
    """All rows, in whichever table, that name one of some jobs."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    schema = _SCHEMAS[engine.dialect.name]
    counted = 0
    with engine.connect() as store:
        for table in inspect(store).get_table_names(schema=schema):
            place = f"{schema}.{table}" if schema else table
            content = store.execute(text(f"SELECT * FROM {place}")).all()
            counted += sum(any(job in str(row) for job in jobs) for row in content)
    engine.dispose()
    return counted


async def test_all_of_a_job_that_is_long_over_goes_and_others_stay(
    queue: JobQueue, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.queue.expiry._AT_ONCE", 2)  # so that it takes several rounds
    over = await finish(queue, url, tmp_path, 5)
    film = "/data/sessions/1/animation.mp4"
    waiting = request().model_copy(update={"inputs": Inputs(video=film)})
    await queue.submit(waiting, Cost(work=1))
    store = connect(url)
    ago, soon = time.time() - 60, time.time() + 60
    assert delete_jobs(store, ago) == 0
    assert over_before(store, [*over, waiting.id, "unknown"], ago) == {"unknown"}
    assert over_before(store, [*over, waiting.id], soon) == set(over)
    assert rows_of(url, over) >= 5 * 3
    assert delete_jobs(store, soon) == 5
    assert rows_of(url, over) == 0
    assert await opened(queue) == [waiting]
    assert files_of_open_jobs(store) == {film}
    with pytest.raises(JobError, match="no such job"):
        await queue.position(over[0])
    store.destroy()
