"""The durable render queue over DBOS Transact: jobs survive every process that touches them.

A job is a DBOS workflow under its request's id. Its `Started` and `FrameDone` events are the
workflow's stream, its ending is the workflow's outcome, so that there is always exactly one. No
torch here: the worker's process gets its render function handed in.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from dbos import DBOSClient, EnqueueOptions, WorkflowStatus, error
from pydantic import TypeAdapter

from engine import queue_store
from engine.disk import telling_of_a_full_disk
from engine.errors import JobError
from engine.events import EVENT, Cancelled, Ending, Event, Failed, Queued
from engine.queue_worker import UNEXPECTED, RenderFunction, run_worker
from engine.request import RenderRequest

__all__ = ["JobQueue", "RenderFunction", "run_worker"]

GIVEN_UP = "This job stopped its worker several times and was given up."

# Places are read the less often the longer that takes, so that a long queue costs little.
_PAUSE_SHARE = 20
_LONGEST_PAUSE = 1.0

_OPEN = ["ENQUEUED", "PENDING"]
_ENDING: TypeAdapter[Ending] = TypeAdapter(Ending)

P = ParamSpec("P")
R = TypeVar("R")


class JobQueue:
    """The bot's side of the queue at a DBOS store's URL (`sqlite:///…` or `postgresql://…`).

    Nothing in here blocks the event loop: the store is opened, read and written in a few threads of
    the queue's own, so that a slow store takes nobody else's. Where it can't be opened, every call
    raises ConfigurationError; where its disk is full, DiskFullError.
    """

    def __init__(self, url: str) -> None:
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="queue")
        self._opening = self._threads.submit(queue_store.open_store, url)
        self._submitting = asyncio.Lock()
        self._reading_places = asyncio.Lock()
        self._places: Mapping[str, int] = {}
        self._next_reading = 0.0
        self._changes, self._changes_read = 1, 0

    async def close(self) -> None:
        """Let go of the store; jobs and workers go on. To be called when no call is under way."""
        await asyncio.to_thread(self._threads.shutdown)
        if self._opening.exception() is None:
            await asyncio.to_thread(self._opening.result().destroy)

    async def submit(self, request: RenderRequest) -> None:
        """Queue a request; it is durable on return. Submitting it again changes nothing."""
        async with self._submitting:
            await self._call(_enqueue, request)
        self._changes += 1

    async def position(self, job: str) -> int:
        """The job's place in the queue: 1 is next, 0 is running or over. JobError if unknown."""
        place = (await self._call(_list_places)).get(job)
        if place is None:
            await self._call(_status, job)
        return place or 0

    async def events(self, job: str) -> AsyncIterator[Event]:
        """All that happened to a job from its start, then what happens, to its one ending.

        `Queued` is told live only, at every change of place. A job whose worker was killed begins
        again with another `Started`. JobError if the job is unknown.
        """
        last = None
        while place := (await self._read_places()).get(job):
            if place != last:
                yield Queued(position=place)
            last = place
            until = self._next_reading - asyncio.get_running_loop().time()
            await asyncio.sleep(max(until, queue_store.POLL_SECONDS))
        told, over = 0, False
        while not over:
            events, over = await self._call(_read_stream, job, told)
            for event in events:
                yield event
            told += len(events)
            if not over:
                await asyncio.sleep(queue_store.POLL_SECONDS)
        yield _ending(await self._call(_status, job, load_output=True))

    async def cancel(self, job: str) -> None:
        """Stop a job, queued or running. JobError if it is unknown or over."""
        if (await self._call(_status, job)).status not in _OPEN:
            raise JobError("This job is over already.")
        await self._call(DBOSClient.cancel_workflow, job)
        self._changes += 1

    async def request(self, job: str) -> RenderRequest | None:
        """What was submitted under this id; None if nothing was."""
        jobs = await self._call(DBOSClient.list_workflows, workflow_ids=[job], load_output=False)
        return _request(jobs[0]) if jobs else None

    async def open_jobs(self) -> list[RenderRequest]:
        """Every job that waits or runs, in the order of their turns."""
        jobs = await self._call(DBOSClient.list_queued_workflows, status=_OPEN, load_output=False)
        return [_request(job) for job in sorted(jobs, key=_turn)]

    async def _read_places(self) -> Mapping[str, int]:
        """The place of every waiting job, read once for all who ask at the same time."""
        now = asyncio.get_running_loop().time
        async with self._reading_places:
            if self._changes != self._changes_read or now() >= self._next_reading:
                began, changes = now(), self._changes
                self._places = await self._call(_list_places)
                self._changes_read = changes
                pause = min(_PAUSE_SHARE * (now() - began), _LONGEST_PAUSE)
                self._next_reading = now() + max(pause, queue_store.POLL_SECONDS)
        return self._places

    async def _call(
        self,
        function: Callable[Concatenate[DBOSClient, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        def call() -> R:
            with telling_of_a_full_disk():
                return function(self._opening.result(), *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def _enqueue(store: DBOSClient, request: RenderRequest) -> None:
    # DBOS orders jobs by priority, then by creation, which SQLite knows to the second only.
    before = store.list_queued_workflows(status=_OPEN, load_input=False, load_output=False)
    options = EnqueueOptions(
        workflow_name=queue_store.WORKFLOW,
        queue_name=queue_store.QUEUE,
        workflow_id=request.id,
        priority=1 + max((job.priority or 0 for job in before), default=0),
    )
    store.enqueue(options, request.model_dump(mode="json"))


def _list_places(store: DBOSClient) -> Mapping[str, int]:
    waiting = store.list_queued_workflows(status="ENQUEUED", load_input=False, load_output=False)
    in_order = sorted(waiting, key=_turn)
    return {job.workflow_id: place for place, job in enumerate(in_order, start=1)}


def _turn(job: WorkflowStatus) -> tuple[int, int]:
    return job.priority or 0, job.created_at or 0


def _read_stream(store: DBOSClient, job: str, offset: int) -> tuple[list[Event], bool]:
    """The events from `offset` on that are there now, and whether none will follow."""
    events: list[Event] = []
    try:
        for value in store.read_stream(job, queue_store.STREAM, offset=offset, timeout_seconds=0):
            events.append(EVENT.validate_python(value))
    except error.DBOSStreamTimeoutError:
        return events, False
    except error.DBOSNonExistentWorkflowError:
        raise JobError("There is no such job.") from None
    return events, True


def _status(store: DBOSClient, job: str, load_output: bool = False) -> WorkflowStatus:
    found = store.list_workflows(workflow_ids=[job], load_input=False, load_output=load_output)
    if not found:
        raise JobError("There is no such job.")
    return found[0]


def _request(job: WorkflowStatus) -> RenderRequest:
    assert job.input is not None  # noqa: S101 (loaded wherever this is called)
    return RenderRequest.model_validate(job.input["args"][0])


def _ending(job: WorkflowStatus) -> Ending:
    match job.status:
        case "SUCCESS":
            return _ENDING.validate_python(job.output)
        case "CANCELLED":
            return Cancelled()
        case "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
            return Failed(message=GIVEN_UP)
        case _:
            return Failed(message=UNEXPECTED)
