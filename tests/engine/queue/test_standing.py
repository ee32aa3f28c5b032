"""Who is in the queue, with places and waits, for whoever looks at the whole of it."""

import asyncio
from pathlib import Path

import pytest

from engine.errors import StoreAwayError
from engine.events import Finished, FrameDone
from engine.planning.cost import Cost
from engine.queue import JobQueue, calls, jobs, standing
from engine.request import RenderRequest
from tests.engine.queue.test_jobs import story, told
from tests.support.queue_worker import request, worker

COST = Cost(work=50, model="small")


async def submitted(queue: JobQueue, owner: str, **script: object) -> RenderRequest:
    job = request(owner, **script)
    await queue.submit(job, COST)
    return job


async def test_an_empty_queue_has_nobody_in_it(queue: JobQueue) -> None:
    assert await queue.standing() == []


async def test_everybody_who_waits_is_told_with_place_and_wait_behind_those_that_run(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    measured = request("ann", frames=1, seconds=101.0)
    with worker(url, tmp_path):
        await queue.submit(measured, COST)
        assert isinstance((await story(queue, measured))[-1], Finished)
        running = await submitted(queue, "ann", frames=2, gate=str(gate))
        await told(queue, running, FrameDone)
        second = await submitted(queue, "ann", frames=1)
        third = await submitted(queue, "ann", frames=1)
        first = await submitted(queue, "bob", frames=1)
        found = await queue.standing()
        assert [one.request for one in found] == [running, first, second, third]
        assert [one.position for one in found] == [0, 1, 2, 3]
        assert [one.seconds for one in found] == [None, 120, 240, 360]
        await queue.cancel(second.id)
        places = [(one.request.id, one.position) for one in await queue.standing()]
        assert places == [(running.id, 0), (first.id, 1), (third.id, 2)]
        gate.touch()
        await asyncio.gather(*(story(queue, job) for job in (running, first, third)))


async def test_many_who_ask_at_once_cost_one_read_and_a_request_is_read_once(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    places, requests = [], []
    read_places, read = jobs.read_places, standing._read
    monkeypatch.setattr(jobs, "read_places", lambda *a: places.append(a) or read_places(*a))
    monkeypatch.setattr(
        standing, "_read", lambda store, ids: requests.extend(ids) or read(store, ids)
    )
    first = [await submitted(queue, "ann") for _ in range(3)]
    found = await asyncio.gather(*(queue.standing() for _ in range(50)))
    assert all([one.request for one in each] == first for each in found)
    assert len(places) == 1
    later = await submitted(queue, "bob")
    await queue.cancel(first[0].id)
    assert {one.request.id for one in await queue.standing()} == {
        later.id,
        *(job.id for job in first[1:]),
    }
    assert sorted(requests) == sorted(job.id for job in (*first, later))


async def test_whoever_looks_while_the_store_does_not_answer_is_told_so(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue.standing()
    monkeypatch.setattr(calls, "PATIENCE_SECONDS", 0.2)

    async def never() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(queue, "_read_places", never)
    with pytest.raises(StoreAwayError, match="try again"):
        await queue.standing()
