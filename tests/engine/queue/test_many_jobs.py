"""Many small jobs on several workers of one Postgres."""

import asyncio
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from engine.events import Finished
from engine.planning.cost import Cost
from engine.queue import JobQueue, Terms
from engine.tables import Limits
from tests.support.postgres import postgres_server
from tests.support.queue_worker import request, worker

JOBS = 150
WORKERS = 2
FOLLOWED = 20
LIMITS = Limits(user_jobs=JOBS, user_seconds=1e9)


async def test_two_workers_render_every_job_once(tmp_path: Path, figures: list[str]) -> None:
    with postgres_server() as server, ExitStack() as workers:
        url = f"{server}jobs"
        queue = JobQueue(url, Terms(LIMITS))
        jobs = [request(f"test:here:{n % 7}", frames=1, pause=0.02) for n in range(JOBS)]
        began = time.monotonic()
        for job in jobs:
            await queue.submit(job, Cost(work=1))
        submitted = time.monotonic()
        for number in range(WORKERS):
            workers.enter_context(worker(url, tmp_path, f"device-{number}"))
        async with asyncio.timeout(120):
            endings = await asyncio.gather(*(_ending(queue, job.id) for job in jobs[-FOLLOWED:]))
            while await queue.standing():
                await asyncio.sleep(0.2)
        figures.append(
            f"{JOBS} jobs: submitted {JOBS / (submitted - began):.0f}/s, "
            f"{WORKERS} workers rendered {JOBS / (time.monotonic() - submitted):.0f}/s"
        )
        assert [type(ending) for ending in endings] == [Finished] * FOLLOWED
        for job in jobs:
            assert (await queue.position(job.id)) == 0
        await queue.close()
    begun = Counter(line.split()[1] for line in _notes(tmp_path) if line.startswith("begin"))
    assert begun == Counter(job.id for job in jobs)


async def _ending(queue: JobQueue, job: str) -> object:
    return [event async for event in queue.events(job)][-1]


def _notes(folder: Path) -> list[str]:
    return (folder / "notes").read_text().splitlines()
