"""How long the queue makes people wait: `python -m bench.queue [URL | postgres]`.

By default on a new SQLite store; `postgres` starts a server for it. A worker process of its own
renders nothing, frame by frame: the figures are the queue's alone. Last comes `giffusion worker`,
which really renders with the built-in model on the CPU, on as many threads as it takes.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import make_url

from bench.delays import delays
from bench.real_render import beside_a_render
from engine.assignment import Assignment
from engine.events import Finished, FrameDone, Started
from engine.planning.cost import Cost
from engine.queue import JobQueue, Terms, run_worker
from engine.request import RenderRequest
from engine.settings import Settings
from engine.tables import Limits
from tests.support.postgres import postgres_server

JOBS = 20
WAITING = 100
FRAMES = 50
FRAME_SECONDS = 0.05
PREVIEW = "x" * 20_000
NO_LIMITS = Limits(user_jobs=2 * WAITING, job_seconds=1e5, user_seconds=1e6)


def main(url: str | None) -> None:
    """Measure and print a table of milliseconds."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as server:
        if url == "postgres":
            url = server.enter_context(postgres_server()) + "bench"
        url = url or f"sqlite:///{Path(folder) / 'jobs.db'}"
        figures = asyncio.run(_measure(url))
        figures |= asyncio.run(beside_a_render(url, Path(folder)))
        store = make_url(url).get_backend_name()
    print(f"{f'milliseconds, {store}':<42}{'median':>8}{'p99':>8}{'most':>8}")
    for name, seconds in figures.items():
        row = (median(seconds), quantiles(seconds, n=100, method="inclusive")[98], max(seconds))
        print(f"{name:<42}" + "".join(f"{1000 * value:8.1f}" for value in row))


async def _measure(url: str) -> dict[str, list[float]]:
    figures: dict[str, list[float]] = {}
    async with delays(figures, "event loop delay, idle"):
        await asyncio.sleep(5)
    worker = multiprocessing.get_context("spawn").Process(target=_work, args=(url,), daemon=True)
    worker.start()
    queue = JobQueue(url, Terms(NO_LIMITS))
    try:
        await _follow(queue, await _submit(queue, 1))  # worker and store are warm after this one
        async with delays(figures, "event loop delay, one job after another"):
            figures |= await _one_by_one(queue)
        async with delays(figures, f"event loop delay, {WAITING} jobs followed"):
            figures |= await _crowd(queue)
    finally:
        worker.kill()
        await queue.close()
    return figures


async def _one_by_one(queue: JobQueue) -> dict[str, list[float]]:
    submits, starts, events = [], [], []
    for _ in range(JOBS):
        began = time.time()
        request = await _submit(queue, FRAMES)
        submits.append(time.time() - began)
        started, delays = await _follow(queue, request)
        starts.append(started - began)
        events += delays
    return {
        "submit": submits,
        "submitted to Started at the reader": starts,
        "frame rendered to FrameDone at the reader": events,
    }


async def _crowd(queue: JobQueue) -> dict[str, list[float]]:
    """Many wait behind one long job, each with a reader; then they go."""
    long = await _submit(queue, 100_000)
    requests = [await _submit(queue, 1) for _ in range(WAITING)]
    readers = [asyncio.create_task(_follow(queue, request)) for request in [long, *requests]]
    await asyncio.sleep(10)
    for request in requests:
        await queue.cancel(request.id)
    began = time.time()
    await queue.cancel(long.id)
    await asyncio.gather(*readers)
    cancelled = time.time() - began
    next_started, _ = await _follow(queue, await _submit(queue, 1))
    return {
        "cancel to Cancelled at the reader": [cancelled] * 2,
        "cancel to the next job's Started": [next_started - began] * 2,
    }


async def _submit(queue: JobQueue, frames: int) -> RenderRequest:
    request = RenderRequest(
        owner="bench", settings=Settings(), platform="bench", conversation={"frames": frames}
    )
    await queue.submit(request, Cost(work=frames * FRAME_SECONDS))
    return request


async def _follow(queue: JobQueue, request: RenderRequest) -> tuple[float, list[float]]:
    """When the job's start was told, and how old each FrameDone was when it came, in seconds."""
    started, ages = 0.0, []
    async for event in queue.events(request.id):
        if isinstance(event, Started):
            started = time.time()
        elif isinstance(event, FrameDone):
            ages.append(time.time() - event.elapsed)
    return started, ages


def _work(url: str) -> None:
    run_worker(url, _render, "bench", threading.Event())


def _render(request: RenderRequest, assignment: Assignment) -> Finished:
    frames = int(str(request.conversation["frames"]))
    assignment.emit(Started(frames=frames))
    for done in range(1, frames + 1):
        if assignment.stop.wait(FRAME_SECONDS):
            break
        # The moment it was rendered, for the reader to compare with its own.
        assignment.emit(FrameDone(done=done, frames=frames, elapsed=time.time(), preview=PREVIEW))
    return Finished(session=request.id, file="animation.mp4", seconds=frames * FRAME_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
