import asyncio
import ctypes
import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event as Flag

import pytest

from engine.assignment import Assignment
from engine.events import Cancelled, Finished, FrameDone, Started
from engine.planning.cost import Cost
from engine.queue import JobQueue, run_worker, watchdog
from engine.queue.watchdog import (
    FRAME_SECONDS,
    LOADING_SECONDS,
    SAVING_SECONDS,
    STOPPING_SECONDS,
    Silence,
)
from engine.request import RenderRequest
from tests.support.queue_worker import _processes, request

COST = Cost(work=1)


def frame(done: int, elapsed: float = 1.0, frames: int = 10) -> FrameDone:
    return FrameDone(done=done, frames=frames, elapsed=elapsed)


def drawing(longest: float) -> Silence:
    """A render of which frames come, and which was silent for so many seconds at most."""
    silence = Silence(predicted=60, last=0)
    silence.look(500)  # a model was loaded before
    silence.tell(frame(1), 500 + longest)
    silence.tell(frame(2), 500 + longest)
    return silence


def test_until_frames_come_a_model_may_be_loaded_and_a_longer_job_takes_longer() -> None:
    silence = Silence(predicted=60, last=0)
    for now in range(3):
        silence.tell(Started(frames=10), now)
        silence.look(now)
        assert silence.allowed == LOADING_SECONDS + 600


def test_a_render_that_goes_on_has_a_model_to_load_when_it_tells_of_earlier_frames() -> None:
    silence = Silence(predicted=60, last=0)
    silence.tell(Started(frames=10), 1)
    silence.tell(frame(7), 1)
    assert silence.allowed >= LOADING_SECONDS


def test_between_frames_the_longest_silence_so_far_counts() -> None:
    assert drawing(longest=1).allowed == FRAME_SECONDS + 20
    assert drawing(longest=300).allowed == FRAME_SECONDS + 6000


def test_the_loading_of_the_model_is_no_measure_for_frames() -> None:
    assert drawing(longest=0).allowed == FRAME_SECONDS


def test_every_look_whether_to_stop_is_a_sign_of_life() -> None:
    silence = drawing(longest=1)
    for step in range(1000):
        silence.look(501 + step)
    assert silence.allowed == FRAME_SECONDS + 20


def test_after_the_last_frame_there_is_as_much_time_as_all_of_them_took() -> None:
    silence = drawing(longest=1)
    silence.tell(frame(10, elapsed=7200), 600)
    assert silence.allowed == SAVING_SECONDS + 7200


def test_a_render_that_is_to_stop_has_the_time_of_some_steps_and_one_that_keeps_more() -> None:
    silence = drawing(longest=2)
    silence.tell(frame(3, elapsed=50), 503)
    assert silence.allowed_to_stop(keep=False) == STOPPING_SECONDS + 40
    assert silence.allowed_to_stop(keep=True) == SAVING_SECONDS + 50


def hang_in_python(assignment: Assignment) -> None:
    time.sleep(3600)


def hang_with_the_interpreter(assignment: Assignment) -> None:
    ctypes.PyDLL(None).sleep(3600)  # PyDLL keeps the lock that all Python runs under


def go_on_though_stopped(assignment: Assignment) -> None:
    while True:
        assignment.stop.wait(0.05)


def take_long_but_look(assignment: Assignment) -> None:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        time.sleep(0.1)
        assert not assignment.stop.is_set()


DEEDS = {
    deed.__name__: deed
    for deed in (
        hang_in_python,
        hang_with_the_interpreter,
        go_on_though_stopped,
        take_long_but_look,
    )
}


# faulthandler ends a process with 1, unless it crashes or the alarm comes first.
ENDED = {1, -signal.SIGSEGV, -signal.SIGALRM}


def _work(url: str, folder: Path, seconds: dict[str, float], stacks: bool = True) -> None:
    """A worker that knows shorter times, and plays what a job's conversation says, once."""
    if not stacks:
        faulthandler.dump_traceback_later = lambda *_, **__: None
    os.dup2(os.open(folder / "stderr", os.O_CREAT | os.O_APPEND | os.O_WRONLY), 2)
    for name, value in seconds.items():
        setattr(watchdog, name, value)
    watchdog._TIMES_PREDICTED = watchdog._TIMES_LONGEST = 0
    watchdog._STACKS_SECONDS = 1.0

    def render(job: RenderRequest, assignment: Assignment) -> Finished:
        assignment.emit(Started(frames=5))
        mark = folder / job.id
        if "deed" in job.conversation and not mark.exists():
            mark.touch()
            for done in (1, 2):
                assignment.emit(frame(done, frames=5))
            DEEDS[job.conversation["deed"]](assignment)
        return Finished(session=job.id, file="animation.mp4", seconds=1)

    run_worker(url, render, "device-0", Flag())


@contextmanager
def worker(url: str, folder: Path, stacks: bool = True, **seconds: float) -> Iterator[BaseProcess]:
    arguments = (url, folder, seconds, stacks)
    process = _processes.Process(target=_work, args=arguments, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'jobs.sqlite'}"


@pytest.fixture
def submit(url: str) -> Callable[..., object]:
    async def submitted(queue: JobQueue, **script: str) -> RenderRequest:
        job = request(**script)
        await queue.submit(job, COST)
        return job

    return submitted


async def ending(queue: JobQueue, job: RenderRequest) -> object:
    async with asyncio.timeout(60):
        return [event async for event in queue.events(job.id)][-1]


async def died(process: BaseProcess) -> int | None:
    await asyncio.to_thread(process.join, 60)
    return process.exitcode


@pytest.mark.parametrize("deed", ["hang_in_python", "hang_with_the_interpreter"])
async def test_a_worker_that_hangs_is_ended_with_its_stacks_and_the_next_one_goes_on(
    url: str, submit, tmp_path: Path, deed: str
) -> None:
    queue = JobQueue(url)
    hanging, next_one = await submit(queue, deed=deed), await submit(queue)
    with worker(url, tmp_path, FRAME_SECONDS=1.0) as process:
        assert await died(process) in ENDED
    stacks = (tmp_path / "stderr").read_text()
    assert "Timeout" in stacks
    # Where other threads run, reading the stacks may crash before it comes to this one.
    assert f"in {deed}" in stacks or deed == "hang_in_python"
    with worker(url, tmp_path):
        assert isinstance(await ending(queue, hanging), Finished)
        assert isinstance(await ending(queue, next_one), Finished)
    await queue.close()


async def test_a_worker_that_hangs_is_ended_even_where_its_stacks_can_not_be_had(
    url: str, submit, tmp_path: Path
) -> None:
    queue = JobQueue(url)
    await submit(queue, deed="hang_with_the_interpreter")
    with worker(url, tmp_path, stacks=False, FRAME_SECONDS=1.0) as process:
        assert await died(process) == -signal.SIGALRM
    await queue.close()


async def test_a_cancelled_render_that_does_not_end_takes_its_worker_along(
    url: str, submit, tmp_path: Path
) -> None:
    queue = JobQueue(url)
    deaf, next_one = await submit(queue, deed="go_on_though_stopped"), await submit(queue)
    with worker(url, tmp_path, STOPPING_SECONDS=1.0) as process:
        async for event in queue.events(deaf.id):
            if isinstance(event, FrameDone):
                break
        await queue.cancel(deaf.id)
        assert await died(process) in ENDED
    assert "Timeout" in (tmp_path / "stderr").read_text()
    with worker(url, tmp_path):
        assert isinstance(await ending(queue, next_one), Finished)
    assert await ending(queue, deaf) == Cancelled()
    await queue.close()


async def test_a_render_that_takes_long_but_gives_signs_of_life_is_left_alone(
    url: str, submit, tmp_path: Path
) -> None:
    queue = JobQueue(url)
    job = await submit(queue, deed="take_long_but_look")
    with worker(url, tmp_path, FRAME_SECONDS=3.0) as process:
        assert isinstance(await ending(queue, job), Finished)
        await asyncio.sleep(3.5)  # idle, it is watched by nobody
        assert process.is_alive()
    await queue.close()
