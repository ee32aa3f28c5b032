import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from engine.errors import ConfigurationError, JobError
from engine.events import Cancelled, Ending, Event, Failed, Finished, FrameDone, Queued, Started
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.queue.store import SAVED, open_store
from engine.request import RenderRequest
from tests.engine.conftest import NewStore
from tests.support.queue_worker import REFUSAL, Worker, opened, request, worker

COST = Cost(work=1)


@pytest.fixture(scope="module")
def served_url(new_store: NewStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    url = new_store()
    with worker(url, tmp_path_factory.mktemp("worker")):
        yield url


@pytest.fixture
async def served_queue(served_url: str) -> AsyncIterator[JobQueue]:
    """A queue with a worker."""
    queue = JobQueue(served_url)
    yield queue
    await queue.close()


async def submitted(queue: JobQueue, **script: object) -> RenderRequest:
    job = request(**script)
    await queue.submit(job, COST)
    return job


async def story(queue: JobQueue, job: RenderRequest) -> list[Event]:
    async with asyncio.timeout(30):
        return [event async for event in queue.events(job.id)]


async def told(queue: JobQueue, job: RenderRequest, kind: type[Event]) -> None:
    """Wait until an event of this kind is told."""
    async with asyncio.timeout(30):
        async for event in queue.events(job.id):
            if isinstance(event, kind):
                return
    pytest.fail(f"never told {kind.__name__}")


def kinds(events: list[Event]) -> list[str]:
    """The kinds of events, each run of one kind once."""
    names = [event.kind for event in events]
    return [name for name, before in zip(names, [None, *names], strict=False) if name != before]


async def test_a_job_is_told_from_its_place_to_its_result(served_queue: JobQueue) -> None:
    job = await submitted(served_queue, frames=4)
    events = [event for event in await story(served_queue, job) if not isinstance(event, Queued)]
    assert kinds(events) == ["started", "frame_done", "finished"]
    assert events[0] == Started(frames=4)
    assert isinstance(events[-2], FrameDone) and events[-2].done == 4
    assert isinstance(events[-1], Finished) and events[-1].session == job.id


async def test_whoever_asks_later_or_again_is_told_the_whole_story(
    served_queue: JobQueue, served_url: str
) -> None:
    job = await submitted(served_queue, frames=15)
    live = [event for event in await story(served_queue, job) if not isinstance(event, Queued)]
    another_bot = JobQueue(served_url)
    try:
        assert await story(another_bot, job) == live
    finally:
        await another_bot.close()


async def test_someone_who_joins_in_the_middle_is_told_the_beginning(
    served_queue: JobQueue, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    job = await submitted(served_queue, gate=str(gate))
    first = asyncio.create_task(story(served_queue, job))
    await told(served_queue, job, FrameDone)
    late = asyncio.create_task(story(served_queue, job))
    gate.touch()
    assert await late == [event for event in await first if not isinstance(event, Queued)]


async def test_jobs_wait_in_the_order_they_came_and_move_up(queue: JobQueue) -> None:
    jobs = [await submitted(queue) for _ in range(5)]
    assert [await queue.position(job.id) for job in jobs] == [1, 2, 3, 4, 5]
    last = queue.events(jobs[4].id)
    assert await anext(last) == Queued(position=5)
    await queue.cancel(jobs[1].id)
    assert await anext(last) == Queued(position=4)
    assert [job.id for job in await opened(queue)] == [jobs[n].id for n in (0, 2, 3, 4)]


async def test_jobs_run_in_the_order_they_came(queue: JobQueue, url: str, tmp_path: Path) -> None:
    jobs = [await submitted(queue, frames=1) for _ in range(4)]
    with worker(url, tmp_path):
        await asyncio.gather(*(story(queue, job) for job in jobs))
    begun = [line.split()[1] for line in _notes(tmp_path) if line.startswith("begin")]
    assert begun == [job.id for job in jobs]


async def test_a_finished_job_has_no_place_and_is_not_open(served_queue: JobQueue) -> None:
    job = await submitted(served_queue)
    await story(served_queue, job)
    assert await served_queue.position(job.id) == 0
    async with asyncio.timeout(30):  # what is told may be a moment old
        while job in await opened(served_queue):
            await asyncio.sleep(0.1)


async def test_a_job_cancelled_while_it_waits_never_starts(queue: JobQueue) -> None:
    job = await submitted(queue)
    await queue.cancel(job.id)
    assert await story(queue, job) == [Cancelled()]


@pytest.mark.parametrize("pause", [0.02, 3600])
async def test_a_running_job_is_cancelled_and_the_next_starts_when_it_has_stopped(
    queue: JobQueue, url: str, tmp_path: Path, pause: float
) -> None:
    long = await submitted(queue, frames=10_000, pause=pause, linger=0.7)
    short = await submitted(queue, frames=1)
    with worker(url, tmp_path):
        await told(queue, long, Started)
        await queue.cancel(long.id)
        assert isinstance((await story(queue, short))[-1], Finished)
    assert (await story(queue, long))[-1] == Cancelled()
    assert _notes(tmp_path) == [
        f"{what} {job.id}" for job in (long, short) for what in ("begin", "end")
    ]


async def test_a_running_job_can_end_with_the_frames_it_has(
    served_queue: JobQueue,
) -> None:
    job = await submitted(served_queue, frames=10_000)
    await told(served_queue, job, FrameDone)
    assert await served_queue.cancel(job.id, keep=True)
    ending = (await story(served_queue, job))[-1]
    assert isinstance(ending, Finished)
    assert ending.stopped_after


async def test_a_waiting_job_has_no_frames_to_keep(queue: JobQueue) -> None:
    job = await submitted(queue)
    assert not await queue.cancel(job.id, keep=True)
    assert await story(queue, job) == [Cancelled()]


async def test_an_interrupted_job_that_waits_can_end_with_the_frames_it_has(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    job = await submitted(queue, frames=10_000)
    store = open_store(url)
    store.update_workflow_attributes(job.id, {SAVED: 3}, merge=True)  # as the worker before notes
    store.destroy()
    assert await queue.cancel(job.id, keep=True)
    with worker(url, tmp_path):
        assert isinstance((await story(queue, job))[-1], Finished)


async def test_it_is_told_when_somebody_elses_word_ended_a_job(queue: JobQueue) -> None:
    job = await submitted(queue)
    await queue.cancel(job.id, by_admin=True)
    assert await story(queue, job) == [Cancelled(by_admin=True)]


async def test_a_job_that_is_over_cannot_be_cancelled(served_queue: JobQueue) -> None:
    job = await submitted(served_queue)
    events = await story(served_queue, job)
    with pytest.raises(JobError, match="over"):
        await served_queue.cancel(job.id)
    assert (await story(served_queue, job))[-1] == events[-1]


@pytest.mark.parametrize(
    ("ending", "message"), [("refusal", REFUSAL), ("bug", "Something went wrong")]
)
async def test_a_failed_render_ends_with_words_for_its_user(
    served_queue: JobQueue, ending: str, message: str
) -> None:
    job = await submitted(served_queue, ending=ending)
    last = (await story(served_queue, job))[-1]
    assert isinstance(last, Failed)
    assert message in last.message
    assert "secret" not in last.message


async def test_a_job_nobody_submitted_is_unknown(queue: JobQueue) -> None:
    assert await queue.request("0" * 24) is None
    with pytest.raises(JobError, match="no such job"):
        await queue.position("0" * 24)
    with pytest.raises(JobError, match="no such job"):
        await queue.cancel("0" * 24)
    with pytest.raises(JobError, match="no such job"):
        await anext(queue.events("0" * 24))


async def test_submitting_a_request_again_changes_nothing(queue: JobQueue) -> None:
    first, second = await submitted(queue), await submitted(queue)
    await queue.submit(first, COST)
    assert await queue.position(first.id) == 1
    assert await opened(queue) == [first, second]


async def test_accepted_jobs_outlive_the_bot(queue: JobQueue, url: str) -> None:
    job = await submitted(queue, frames=7)
    await queue.close()
    restarted = JobQueue(url)
    try:
        assert await opened(restarted) == [job]
        assert await restarted.request(job.id) == job
    finally:
        await restarted.close()


async def test_a_restarted_worker_takes_up_the_job_it_was_killed_in(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    job = await submitted(queue, gate=str(gate))
    next_job = await submitted(queue, frames=1)
    reader = asyncio.create_task(story(queue, job))
    with worker(url, tmp_path) as killed:
        await told(queue, job, FrameDone)
        killed.kill()
    gate.touch()
    with worker(url, tmp_path):
        events = await reader
        await story(queue, next_job)
    assert kinds(events) == ["queued", "started", "frame_done", "started", "frame_done", "finished"]
    assert sum(isinstance(event, Ending) for event in events) == 1
    begun = [line.split()[1] for line in _notes(tmp_path) if line.startswith("begin")]
    assert begun == [job.id, job.id, next_job.id]


async def test_a_stopped_worker_leaves_its_job_to_any_other(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    job = await submitted(queue, gate=str(gate))
    with worker(url, tmp_path, "device-0") as stopped:
        await told(queue, job, FrameDone)
        assert await stopped.stop() == 0
    assert await queue.position(job.id) == 1
    gate.touch()
    with worker(url, tmp_path, "device-1"):
        assert isinstance((await story(queue, job))[-1], Finished)


async def test_a_job_that_kills_every_worker_is_given_up_and_the_next_one_runs(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    poison = await submitted(queue, ending="crash")
    harmless = await submitted(queue)
    reader = asyncio.create_task(story(queue, harmless))
    for _ in range(3):
        with worker(url, tmp_path) as crashing:
            assert await crashing.ended() == -signal.SIGKILL
    with worker(url, tmp_path):
        assert isinstance((await reader)[-1], Finished)
        last = (await story(queue, poison))[-1]
    assert isinstance(last, Failed)
    assert "given up" in last.message


async def test_two_workers_never_run_under_one_id(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    with worker(url, tmp_path):
        await story(queue, await submitted(queue))
        second = Worker(url, tmp_path)
        assert await second.ended() == 1
        assert "runs already" in second.output.read_text()
        assert isinstance((await story(queue, await submitted(queue)))[-1], Finished)


async def test_a_worker_says_nothing_and_connects_to_nothing_but_its_store(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    queue = JobQueue(url)
    with worker(url, tmp_path) as quiet:
        await story(queue, await submitted(queue))
        cancelled = await submitted(queue, frames=10_000)
        await told(queue, cancelled, Started)
        await queue.cancel(cancelled.id)
        await story(queue, await submitted(queue))
        interrupted = await submitted(queue, frames=10_000)
        await told(queue, interrupted, Started)
        assert await quiet.stop() == 0
    await queue.close()
    assert quiet.output.read_text() == ""
    assert {line.split()[0] for line in _notes(tmp_path)} == {"begin", "end"}


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nowhere/jobs.db",
        "sqlite://",
        "postgresql://nobody:secret@127.0.0.1:1/jobs",
        "no store at all",
    ],
)
async def test_a_store_that_cannot_be_opened_is_a_configuration_error(url: str) -> None:
    queue = JobQueue(url)
    with pytest.raises(ConfigurationError, match=r"queue\.url") as refused:
        await queue.standing()
    await queue.close()
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def _notes(folder: Path) -> list[str]:
    return (folder / "notes").read_text().splitlines()
