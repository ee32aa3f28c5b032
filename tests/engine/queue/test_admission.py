"""Several users at one queue: whose turn it is, how long it takes, and how much one may ask for."""

import asyncio
from pathlib import Path

import pytest

from engine.configuration import Limits
from engine.errors import InputError
from engine.events import Event, Finished, FrameDone, Queued
from engine.planning.cost import DEFAULT_SECONDS, Cost
from engine.queue import JobQueue, Terms
from engine.queue.forecast import read_speeds
from engine.queue.store import QUEUE, WORKFLOW, open_store
from engine.request import RenderRequest
from tests.support.queue_worker import opened, request, worker

SECONDS = 1 / DEFAULT_SECONDS
"""A second's work, as long as nothing was measured."""


async def submitted(
    queue: JobQueue, owner: str, seconds: float, model: str = "small", **script: object
) -> RenderRequest:
    job = request(owner, **{"frames": 1, **script})
    await queue.submit(job, Cost(work=seconds * SECONDS, model=model))
    return job


async def ended(queue: JobQueue, job: RenderRequest) -> Event:
    async with asyncio.timeout(30):
        return [event async for event in queue.events(job.id)][-1]


async def told(
    queue: JobQueue, job: RenderRequest, kind: type[Event], seconds: float = 30
) -> Event:
    async with asyncio.timeout(seconds):
        async for event in queue.events(job.id):
            if isinstance(event, kind):
                return event
    pytest.fail(f"never told {kind.__name__}")


def order(folder: Path) -> list[str]:
    lines = (folder / "notes").read_text().splitlines()
    return [line.split()[1] for line in lines if line.startswith("begin")]


async def measured(queue: JobQueue, owner: str = "ann", model: str = "small") -> None:
    """A unit of work takes two seconds, as a job of ten units has shown."""
    job = request(owner, frames=1, seconds=21.0)
    await queue.submit(job, Cost(work=10, model=model))
    assert isinstance(await ended(queue, job), Finished)


async def test_a_newcomers_short_job_does_not_wait_behind_somebodys_many(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    many = [await submitted(queue, "ann", 60, frames=2, gate=str(gate)) for _ in range(8)]
    with worker(url, tmp_path):
        await told(queue, many[0], FrameDone)
        newcomer = await submitted(queue, "bob", 5)
        assert await queue.position(newcomer.id) == 1
        assert [await queue.position(job.id) for job in many] == [0, *range(2, 9)]
        gate.touch()
        await asyncio.gather(*(ended(queue, job) for job in (*many, newcomer)))
    assert order(tmp_path) == [job.id for job in (many[0], newcomer, *many[1:])]


async def test_a_place_grows_when_a_newcomer_overtakes(queue: JobQueue) -> None:
    await submitted(queue, "ann", 60)
    second = await submitted(queue, "ann", 60)
    events = queue.events(second.id)
    assert await anext(events) == Queued(position=2)
    await submitted(queue, "bob", 5)
    assert await anext(events) == Queued(position=3)


async def test_every_process_of_the_bot_sees_and_gives_the_same_turns(
    queue: JobQueue, url: str
) -> None:
    other = JobQueue(url)
    try:
        ann = [await submitted(each, "ann", 60) for each in (queue, other, queue)]
        bob = [await submitted(each, "bob", 60) for each in (other, queue)]
        expected = [job.id for job in (ann[0], bob[0], ann[1], bob[1], ann[2])]
        assert [job.id for job in await opened(queue)] == expected
        assert [job.id for job in await opened(other)] == expected
    finally:
        await other.close()


async def test_one_who_always_comes_back_with_a_long_job_lets_others_catch_up(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    long = await submitted(queue, "ann", 60)
    blocker = await submitted(queue, "bob", 20, frames=2, gate=str(gate))
    short = [await submitted(queue, "bob", 20) for _ in range(2)]
    with worker(url, tmp_path):
        await told(queue, blocker, FrameDone)
        again = await submitted(queue, "ann", 60)
        gate.touch()
        await asyncio.gather(*(ended(queue, job) for job in (*short, again)))
    assert order(tmp_path) == [job.id for job in (long, blocker, *short, again)]


async def test_a_cancelled_job_is_not_charged(queue: JobQueue) -> None:
    mistake = await submitted(queue, "ann", 600)
    others = [await submitted(queue, "bob", 60) for _ in range(3)]
    await queue.cancel(mistake.id)
    corrected = await submitted(queue, "ann", 600)
    assert [job.id for job in await opened(queue)][:2] == [others[0].id, corrected.id]


async def test_a_job_cancelled_while_it_runs_is_charged_with_what_it_took(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    mistake = await submitted(queue, "ann", 600, frames=2, gate=str(gate))
    with worker(url, tmp_path) as stopped:
        await told(queue, mistake, FrameDone)
        others = [await submitted(queue, "bob", 60, frames=2, gate=str(gate)) for _ in range(3)]
        await queue.cancel(mistake.id)
        await told(queue, others[0], FrameDone)
        corrected = await submitted(queue, "ann", 600)
        assert await stopped.stop() == 0
    expected = [job.id for job in (others[0], corrected, *others[1:])]
    assert [job.id for job in await opened(queue)] == expected


async def test_an_operators_people_can_be_given_more(url: str) -> None:
    queue = JobQueue(url, Terms(Limits(), {"*:boss": 4.0}))
    try:
        jobs = {
            owner: [(await submitted(queue, owner, 40)).id for _ in range(4)]
            for owner in ("test:here:ann", "test:here:boss")
        }
        order = [job.id for job in await opened(queue)]
        assert [order.index(job) for job in jobs["test:here:boss"]] == [1, 2, 3, 4]
    finally:
        await queue.close()


async def test_jobs_queued_by_an_older_version_keep_their_order_and_run(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    store = open_store(url)
    old = [request("ann", frames=1) for _ in range(3)]
    for priority, job in enumerate(old, start=1):
        options = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "workflow_id": job.id}
        store.enqueue(options | {"priority": priority}, job.model_dump(mode="json"))
    store.destroy()
    new = await submitted(queue, "bob", 5)
    events = queue.events(new.id)
    assert (await anext(events)).seconds is None
    assert await opened(queue) == [*old, new]
    with worker(url, tmp_path):
        for job in (*old, new):
            assert isinstance(await ended(queue, job), Finished)


async def test_no_wait_is_told_before_anything_was_measured(queue: JobQueue) -> None:
    jobs = [await submitted(queue, owner, 60) for owner in ("ann", "bob")]
    waits = [await told(queue, job, Queued) for job in jobs]
    assert waits == [Queued(position=1), Queued(position=2)]


async def test_the_wait_is_what_the_running_job_and_those_before_still_take(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with worker(url, tmp_path):
        await measured(queue)
        running = request("ann", frames=2, gate=str(gate))
        await queue.submit(running, Cost(work=50, model="small"))  # 101 s
        await told(queue, running, FrameDone)
        jobs = [request("ann", frames=1) for _ in range(2)]
        for job in jobs:
            await queue.submit(job, Cost(work=50, model="small"))
        last = queue.events(jobs[1].id)
        assert await told(queue, jobs[0], Queued) == Queued(position=1, seconds=120)
        assert await anext(last) == Queued(position=2, seconds=240)
        await queue.cancel(jobs[0].id)
        assert await anext(last) == Queued(position=1, seconds=120)
        gate.touch()
        assert isinstance(await ended(queue, jobs[1]), Finished)


async def test_what_a_device_that_is_gone_measured_does_not_count(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    for device, seconds, unit in (("cpu", 21.0, 2.0), ("cuda", 2.0, 0.1)):
        with worker(url, tmp_path, device):
            job = request("ann", frames=1, seconds=seconds)
            await queue.submit(job, Cost(work=10, model="small"))
            await ended(queue, job)
        await asyncio.sleep(1.1)  # SQLite on Python 3.11 knows seconds only
        store = open_store(url)
        assert read_speeds(store) == {"small": pytest.approx(unit)}
        store.destroy()


async def test_a_failed_render_measures_nothing(queue: JobQueue, url: str, tmp_path: Path) -> None:
    with worker(url, tmp_path):
        await ended(queue, await submitted(queue, "ann", 5, ending="refusal"))
    store = open_store(url)
    assert read_speeds(store) == {}
    store.destroy()


async def test_two_workers_halve_the_wait(queue: JobQueue, url: str, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with worker(url, tmp_path, "device-0"), worker(url, tmp_path, "device-1"):
        await measured(queue)
        running = [request("ann", frames=2, gate=str(gate)) for _ in range(2)]
        for job in running:
            await queue.submit(job, Cost(work=50, model="small"))
        await asyncio.gather(*(told(queue, job, FrameDone) for job in running))
        jobs = [request("ann", frames=1) for _ in range(2)]
        for job in jobs:
            await queue.submit(job, Cost(work=50, model="small"))
        assert await told(queue, jobs[1], Queued) == Queued(position=2, seconds=120)


async def test_a_job_of_a_model_nobody_has_timed_leaves_those_behind_it_without_a_wait(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with worker(url, tmp_path):
        await measured(queue)
        slow = await submitted(queue, "ann", 5, model="other", frames=2, gate=str(gate))
        await told(queue, slow, FrameDone)
        waiting = await submitted(queue, "ann", 5)
        assert await told(queue, waiting, Queued) == Queued(position=1)
        gate.touch()
        assert isinstance(await ended(queue, waiting), Finished)


async def test_a_job_longer_than_the_limit_is_refused_and_an_estimate_is_called_one(
    url: str, tmp_path: Path
) -> None:
    queue = JobQueue(url, Terms(Limits(job_seconds=60)))
    long = Cost(work=61 * SECONDS, model="small", frames=240)
    try:
        with pytest.raises(InputError, match="a first estimate"):
            await queue.submit(request("ann"), long)
        with worker(url, tmp_path):
            await measured(queue)
        with pytest.raises(InputError, match=r"the most is 1 minute.*2\d frames") as refused:
            await queue.submit(request("ann"), long)
        assert "estimate" not in str(refused.value)
        assert [one.request for one in await queue.standing() if one.position] == []
    finally:
        await queue.close()


async def test_a_place_can_allow_less_than_the_operator_does(queue: JobQueue) -> None:
    ours = Limits(user_jobs=2, job_seconds=60)
    await queue.submit(request("ann"), Cost(work=1), ours)
    long = Cost(work=61 * SECONDS, model="small", frames=240)
    with pytest.raises(InputError, match="the most is 1 minute"):
        await queue.submit(request("ann"), long, ours)
    await queue.submit(request("ann"), long)  # elsewhere the operator's hold
    with pytest.raises(InputError, match="2 of your animations wait"):
        await queue.submit(request("ann"), Cost(work=1), ours)
    await queue.submit(request("bob"), Cost(work=1), ours)


async def test_one_user_can_have_so_many_jobs_and_another_still_comes_in(url: str) -> None:
    queue = JobQueue(url, Terms(Limits(user_jobs=2)))
    try:
        first, _ = [await submitted(queue, "ann", 5) for _ in range(2)]
        with pytest.raises(InputError, match="2 of your animations wait or are rendered now"):
            await submitted(queue, "ann", 5)
        await queue.submit(first, Cost(work=1))  # again: nothing new
        await submitted(queue, "bob", 5)
        await queue.cancel(first.id)
        await submitted(queue, "ann", 5)
    finally:
        await queue.close()


async def test_one_users_jobs_can_take_so_long_together(url: str) -> None:
    queue = JobQueue(url, Terms(Limits(user_seconds=120)))
    try:
        await submitted(queue, "ann", 90)
        with pytest.raises(InputError, match="would take about 3 minutes, the most is 2 minutes"):
            await submitted(queue, "ann", 50)
        await submitted(queue, "ann", 20)
    finally:
        await queue.close()
