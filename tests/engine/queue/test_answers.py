"""Who waits for a job's ending, as the store remembers it."""

from pathlib import Path

from dbos import DBOSClient, EnqueueOptions

from engine.events import Cancelled, Finished
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.queue.store import QUEUE, WORKFLOW, connect
from engine.request import RenderRequest
from tests.support.queue_worker import request, worker

COST = Cost(work=1)


async def submitted(queue: JobQueue) -> RenderRequest:
    job = request(frames=1)
    await queue.submit(job, COST)
    return job


async def ended(queue: JobQueue, job: RenderRequest) -> None:
    async for _ in queue.events(job.id):
        pass


async def test_an_answer_is_owed_until_it_is_given_though_the_job_is_over(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    finished, told, cancelled = [await submitted(queue) for _ in range(3)]
    await queue.cancel(cancelled.id)
    with worker(url, tmp_path):
        await ended(queue, finished)
        await ended(queue, told)
    waiting = await submitted(queue)
    await queue.answers.given(told.id)

    next_run = JobQueue(url)
    try:
        assert {job.id for job in await next_run.answers.owed()} == {
            finished.id,
            cancelled.id,
            waiting.id,
        }
        assert isinstance(await next_run.ending(finished.id), Finished)
        assert await next_run.ending(cancelled.id) == Cancelled()
        assert await next_run.ending(waiting.id) is None
    finally:
        await next_run.close()


async def test_an_answer_is_owed_where_the_conversation_has_moved_to(queue: JobQueue) -> None:
    job, other = [await submitted(queue) for _ in range(2)]
    await queue.answers.move(job.id, {"message": "another"})
    owed = await queue.answers.owed()
    assert [(one.id, one.conversation) for one in owed] == [
        (job.id, {"message": "another"}),
        (other.id, other.conversation),
    ]


async def test_notes_of_answers_leave_a_jobs_turn_alone(queue: JobQueue) -> None:
    jobs = [await submitted(queue) for _ in range(2)]
    await queue.answers.move(jobs[0].id, {"message": "another"})
    jobs += [await submitted(queue) for _ in range(2)]
    assert [await queue.position(job.id) for job in jobs] == [1, 2, 3, 4]


async def test_jobs_of_the_version_before_are_answered_if_they_are_open_and_not_again_if_over(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    await queue.answers.owed()
    old = request(frames=1)
    store = connect(url)
    try:
        _enqueue_without_notes(store, old)
        assert await queue.answers.owed() == [old]
        with worker(url, tmp_path):
            await ended(queue, old)
        assert await queue.answers.owed() == []
    finally:
        store.destroy()


def _enqueue_without_notes(store: DBOSClient, job: RenderRequest) -> None:
    options = EnqueueOptions(
        workflow_name=WORKFLOW, queue_name=QUEUE, workflow_id=job.id, priority=1
    )
    store.enqueue(options, job.model_dump(mode="json"))
