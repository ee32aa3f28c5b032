"""The worker's side of the queue: one process for each device, one job at a time."""

import asyncio
import contextlib
import hashlib
import logging
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from dbos import DBOS, DBOSClient, DBOSConfig, StepOptions
from filelock import FileLock, Timeout
from pydantic import JsonValue

from engine.assignment import Assignment
from engine.disk import is_disk_full, sentence_for, wait_for_room
from engine.errors import ConfigurationError, RenderCancelled
from engine.events import Cancelled, Ending, Event, Failed, Finished
from engine.queue.outage import patient_engine, unless_away
from engine.queue.progress import Progress
from engine.queue.store import (
    APPLICATION,
    JSON,
    KEEP,
    QUEUE,
    STREAM,
    VERSION,
    WORKFLOW,
    open_store,
    sqlite_file,
)
from engine.request import RenderRequest

UNEXPECTED = "Something went wrong on our side while rendering. Please try again."

# A job that takes its worker down with it is given up after so many more tries.
RETRIES_AFTER_A_CRASH = 2

# How soon a worker hears that the user wants what is finished.
_LISTEN_SECONDS = 0.5

log = logging.getLogger(__name__)

RenderFunction = Callable[[RenderRequest, Assignment], Finished]
"""Renders a request and saves its session.

Called in a thread of its own. RenderCancelled ends a job that is to end. The text of any other
GiffusionError is shown to the user; every other exception is logged, and told in general words.
"""


def run_worker(url: str, render: RenderFunction, worker_id: str, stop: threading.Event) -> None:
    """Render one queued job after the other until `stop` is set.

    Starts with the job that a process of the same `worker_id` was killed in. On `stop`, a job in
    progress goes back to its place in the queue. ConfigurationError where another process
    runs under this id or the store can't be opened.
    """
    store = open_store(url)
    try:
        with _only_one(url, worker_id):
            _launch(url, _with_room_for_the_ending(url, render), worker_id, stop)
            try:
                stop.wait()
            finally:
                DBOS.destroy(destroy_registry=True)
                with unless_away():
                    _hand_back(store, worker_id)
    finally:
        store.destroy()


@contextlib.contextmanager
def _only_one(url: str, worker_id: str) -> Iterator[None]:
    # Two processes under one id would both recover, and so both render, its unfinished jobs.
    name = hashlib.sha256(f"{url} {worker_id}".encode()).hexdigest()[:16]
    file = sqlite_file(url)
    folder = file.parent if file else Path(tempfile.gettempdir())
    lock = FileLock(folder / f"giffusion-worker-{name}.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise ConfigurationError(f"a worker {worker_id!r} runs already on this machine") from None
    with lock:
        yield


def _with_room_for_the_ending(url: str, render: RenderFunction) -> RenderFunction:
    """The function, going on until the store can note how it ended: else nobody would ever know."""
    file = sqlite_file(url)

    def render_and_wait(request: RenderRequest, assignment: Assignment) -> Finished:
        try:
            return render(request, assignment)
        finally:
            if file:
                wait_for_room(file.parent, assignment.stop)

    return render_and_wait


def _launch(url: str, render: RenderFunction, worker_id: str, stop: threading.Event) -> None:
    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=url,
        system_database_engine=patient_engine(url, stop),
        application_version=VERSION,
        executor_id=worker_id,
        serializer=JSON,
        log_level="WARNING",
    )
    DBOS(config=config)

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=RETRIES_AFTER_A_CRASH)
    async def workflow(job: dict[str, JsonValue]) -> dict[str, JsonValue]:
        step = StepOptions(name="render", preemptible=True)
        return await DBOS.run_step_async(step, _render_in_thread, render, job)

    DBOS.listen_queues([QUEUE])
    DBOS.launch()


async def _render_in_thread(
    render: RenderFunction, job: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    """The ending event of a job, as JSON; its other events go to the job's stream."""
    progress = Progress()
    assignment = Assignment(emit=progress.put)
    thread = asyncio.get_running_loop().run_in_executor(None, _render, render, job, assignment)
    thread.add_done_callback(lambda _: progress.close())
    listening = asyncio.create_task(_listen(str(job["id"]), assignment))
    try:
        while events := await progress.take():
            for event in events:
                await _tell(event)
        return (await thread).model_dump(mode="json")
    finally:
        listening.cancel()
        assignment.stop.set()
        # Cancelled or not, the device is free for the next job only after the thread.
        while not thread.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([thread])


async def _listen(job: str, assignment: Assignment) -> None:
    """Hear of a user who wants no more than what is finished."""
    while not assignment.keep.is_set():
        await asyncio.sleep(_LISTEN_SECONDS)
        (status,) = await DBOS.list_workflows_async(
            workflow_ids=[job], load_input=False, load_output=False
        )
        if (status.attributes or {}).get(KEEP):
            assignment.keep.set()
            assignment.stop.set()


async def _tell(event: Event) -> None:
    try:
        await DBOS.write_stream_async(STREAM, event.model_dump(mode="json"))
    except Exception as error:
        if not is_disk_full(error):
            raise
        log.warning("progress is not told of while the disk is full")


def _render(render: RenderFunction, job: dict[str, JsonValue], assignment: Assignment) -> Ending:
    try:
        return render(RenderRequest.stored(job), assignment)
    except RenderCancelled:
        return Cancelled()
    except Exception as error:
        return Failed(message=sentence_for(error, f"job {job.get('id')} failed", UNEXPECTED))


def _hand_back(store: DBOSClient, worker_id: str) -> None:
    """Let any worker, not only the next one of this id, take up what was interrupted."""
    interrupted = store.list_workflows(
        status="PENDING", executor_id=worker_id, load_input=False, load_output=False
    )
    for job in interrupted:
        store.resume_workflow(job.workflow_id, queue_name=QUEUE)
