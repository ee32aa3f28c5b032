"""Many small jobs on one, two and four workers: `python -m bench.fleet [URL]`.

On a Postgres of its own, or on databases it makes on the server at the URL (up to the database's
name, with the slash). A job's work is a short sleep, so that not the cores are measured but the
queue: what it costs from the end of a job to the beginning of its worker's next one.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from dbos import DBOSClient

from engine.assignment import Assignment
from engine.events import Finished, Started
from engine.planning.cost import Cost
from engine.queue import JobQueue, Terms, run_worker
from engine.queue.store import OPEN, connect, open_store
from engine.request import RenderRequest
from engine.settings import Settings
from engine.tables import Limits
from tests.support.postgres import postgres_server

JOBS = 1000
OWNERS = 20
JOB_SECONDS = 0.02
FLEETS = (1, 2, 4)
LATEST = 100
GIVING_UP_SECONDS = 600
NO_LIMITS = Terms(Limits(user_jobs=2 * JOBS, job_seconds=1e6, user_seconds=1e9))


class Run(NamedTuple):
    """A job as its worker noted it, with the times of its beginning and end."""

    worker: str
    job: str
    began: float
    ended: float


def main(server: str | None) -> None:
    """Measure and print a row for each number of workers."""
    print(
        f"{JOBS} jobs of {1000 * JOB_SECONDS:.0f} ms    jobs/s   ratio   between two jobs, in ms:"
    )
    print(f"{'':36} median     p99   submit, in ms: median     p99   the latest")
    with nullcontext(server) if server else postgres_server() as url:
        first = 0.0
        for workers in FLEETS:
            database = f"{url}fleet_{uuid.uuid4().hex}"
            submits, runs = _measure(database, workers)
            per_second = JOBS / (max(run.ended for run in runs) - min(run.began for run in runs))
            first = first or per_second
            row = f"{workers} workers {per_second:18.1f} {per_second / first:7.2f} "
            latest = 1000 * median(submits[-LATEST:])
            print(row, _spread(_pauses(runs)), f"{'':14}", _spread(submits), f"{latest:12.1f}")


def _measure(url: str, workers: int) -> tuple[list[float], list[Run]]:
    """The seconds that every submit took, and the runs of all jobs, each of which ran once."""
    open_store(url).destroy()
    submits = asyncio.run(_submit(url))
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        with _workers(url, workers, notes):
            _wait(url, notes)
        runs = _read(notes)
    _check(url, set(submits), runs)
    return list(submits.values()), runs


async def _submit(url: str) -> dict[str, float]:
    """The jobs that were submitted, and the seconds that each took."""
    queue, jobs = JobQueue(url, NO_LIMITS), {}
    for number in range(JOBS):
        request = RenderRequest(
            owner=f"bench:here:{number % OWNERS}", settings=Settings(), platform="bench"
        )
        began = time.perf_counter()
        await queue.submit(request, Cost(work=1))
        jobs[request.id] = time.perf_counter() - began
    await queue.close()
    return jobs


def _wait(url: str, notes: Path) -> None:
    """Until all jobs are over; RuntimeError if that never comes."""
    store, deadline = connect(url), time.monotonic() + GIVING_UP_SECONDS
    while not notes.exists() or notes.read_bytes().count(b"\n") < JOBS or _open(store):
        if time.monotonic() > deadline:
            raise RuntimeError("jobs were lost")
        time.sleep(0.2)
    store.destroy()


def _open(store: DBOSClient) -> int:
    return len(store.list_queued_workflows(status=OPEN, load_input=False, load_output=False))


def _check(url: str, jobs: set[str], runs: list[Run]) -> None:
    """RuntimeError where a job was lost, or ran twice."""
    store = connect(url)
    finished = store.list_workflows(status="SUCCESS", load_input=False, load_output=False)
    store.destroy()
    wrong = Counter(run.job for run in runs) != Counter(jobs)
    if wrong or {job.workflow_id for job in finished} != jobs:
        raise RuntimeError("jobs were lost or ran twice")


def _pauses(runs: list[Run]) -> list[float]:
    """The seconds between the jobs of each worker."""
    by_worker: dict[str, list[Run]] = {}
    for run in sorted(runs, key=lambda run: run.began):
        by_worker.setdefault(run.worker, []).append(run)
    return [
        then.began - before.ended for own in by_worker.values() for before, then in pairwise(own)
    ]


def _spread(seconds: list[float]) -> str:
    p99 = quantiles(seconds, n=100, method="inclusive")[98]
    return f"{1000 * median(seconds):7.1f} {1000 * p99:7.1f}"


@contextmanager
def _workers(url: str, number: int, notes: Path) -> Iterator[None]:
    spawning = multiprocessing.get_context("spawn")
    arguments = [(url, f"bench-{index}", notes) for index in range(number)]
    workers = [spawning.Process(target=_work, args=each, daemon=True) for each in arguments]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _work(url: str, name: str, notes: Path) -> None:
    def render(request: RenderRequest, assignment: Assignment) -> Finished:
        began = time.time()
        assignment.emit(Started(frames=1))
        time.sleep(JOB_SECONDS)
        with notes.open("a") as file:  # a short line is written at once
            file.write(f"{name} {request.id} {began} {time.time()}\n")
        return Finished(session=request.id, file="animation.mp4", seconds=JOB_SECONDS)

    run_worker(url, render, name, threading.Event())


def _read(notes: Path) -> list[Run]:
    lines = (line.split() for line in notes.read_text().splitlines())
    return [Run(worker, job, float(began), float(ended)) for worker, job, began, ended in lines]


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
