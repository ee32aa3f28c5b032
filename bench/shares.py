"""One animation by several workers, beside one alone: `python -m bench.shares`.

The built-in model, frames that need nothing of each other, real worker processes of one thread
each. Seconds are those from `Started` to the saved session. One worker and two come in turn, so
that the ratio holds on a busy machine too, if it has a core free for each.
"""

import asyncio
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, sleep

from engine.configuration import load_configuration
from engine.events import Finished, Started
from engine.planning.cost import Cost
from engine.planning.resolve import resolve
from engine.production import Production
from engine.queue import JobQueue, Terms, run_worker
from engine.queue.store import open_store
from engine.queue.workers import Registry
from engine.render.threads import use_threads
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from engine.tables import Limits

MODEL = Path("models/picturebook").resolve()
WORKERS = (1, 2)
ROUNDS = 3
FRAMES = 120
PROMPTS = f"0: a red circle | {FRAMES - 1}: a blue star"


def main() -> None:
    """Measure and print seconds and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "settings.toml"
        settings.write_text(f'[models.picturebook]\npath = "{MODEL}"\n')
        os.environ["GIFFUSION_SETTINGS"] = str(settings)
        figures = asyncio.run(_measure())
    print(f"{FRAMES} frames, {ROUNDS} rounds")
    for workers, seconds in figures.items():
        ratio = median(one / more for one, more in zip(figures[1], seconds, strict=True))
        print(f"{workers} workers: {median(seconds):6.1f} s, {ratio:5.2f} times as fast as one")


async def _measure() -> dict[int, list[float]]:
    figures: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    url = load_configuration().queue_url
    open_store(url).destroy()
    queue = JobQueue(url, Terms(Limits(job_seconds=1e5, user_seconds=1e6)))
    try:
        for _ in range(ROUNDS):
            for workers in WORKERS:
                with ExitStack() as running:
                    for number in range(workers):
                        running.enter_context(_worker(url, f"bench-{number}"))
                    _until_there(url, workers)
                    figures[workers].append(await _seconds_of_one(queue))
    finally:
        await queue.close()
    return figures


async def _seconds_of_one(queue: JobQueue) -> float:
    configuration = load_configuration()
    wanted = configuration.defaults.updated({"prompts": PROMPTS, "seed": "1"})
    settings, _ = resolve(wanted, configuration.catalogue, configuration.limits)
    request = RenderRequest(owner="bench", settings=settings, platform="bench")
    await queue.submit(request, Cost(work=1, model="picturebook"))
    began = 0.0
    async for event in queue.events(request.id):
        if isinstance(event, Started):
            began = monotonic()
        elif isinstance(event, Finished):
            return monotonic() - began
    raise RuntimeError("the animation was not finished")


@contextmanager
def _worker(url: str, name: str) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(
        target=_work, args=(url, name), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _work(url: str, name: str) -> None:
    use_threads(1)
    configuration = load_configuration()
    production = Production(configuration, "cpu", LocalSessions(configuration.sessions))
    production.warm_up("picturebook")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_worker(url, production.render_session, name, stop, render_share=production.render_share)


def _until_there(url: str, workers: int) -> None:
    registry = Registry(url)
    try:
        while len(registry.living()) < workers:
            sleep(0.1)
    finally:
        registry.close()


if __name__ == "__main__":
    main()
