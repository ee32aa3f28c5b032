"""The worker's side of the queue: one process for each device, one job at a time."""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from dbos import DBOS, DBOSConfig, StepOptions, WorkflowStatus
from pydantic import JsonValue

from engine.assignment import Assignment, Helpers
from engine.disk import sentence_for, wait_for_room
from engine.errors import RenderCancelled
from engine.events import Cancelled, Ending, Failed, Finished
from engine.queue.fairness import Turn
from engine.queue.janitor import Janitor
from engine.queue.life import Life, only_one
from engine.queue.outage import patient_engine
from engine.queue.progress import Progress
from engine.queue.recovery import take_over
from engine.queue.shares import QueuedHelpers, ShareFunction, on_device, register_shares
from engine.queue.store import (
    APPLICATION,
    JSON,
    KEEP,
    QUEUE,
    VERSION,
    WORKFLOW,
    connect,
    open_store,
    sqlite_file,
)
from engine.queue.telling import Teller
from engine.queue.threads import dropped
from engine.queue.watchdog import Watchdog
from engine.queue.workers import LEASE_SECONDS, Registry
from engine.request import RenderRequest

UNEXPECTED = "Something went wrong on our side while rendering. Please try again."

# How soon a worker hears that the user wants what is finished.
_LISTEN_SECONDS = 0.5

# How soon a worker sees that it was cut off.
_LOOK_SECONDS = 0.5

log = logging.getLogger(__name__)

RenderFunction = Callable[[RenderRequest, Assignment], Finished]
"""Renders a request and saves its session.

Called in a thread of its own. RenderCancelled ends a job that is to end. The text of any other
GiffusionError is shown to the user; every other exception is logged, and told in general words.
"""


class _Tasks(NamedTuple):
    """What a worker does with jobs and with shares, who helps it with a job, and what then."""

    render: RenderFunction
    share: ShareFunction | None
    helpers: Callable[[dict[str, JsonValue]], Helpers | None]
    forget: Callable[[str], None]


def run_worker(
    url: str,
    render: RenderFunction,
    worker_id: str,
    stop: threading.Event,
    lease: float = LEASE_SECONDS,
    *,
    render_share: ShareFunction | None = None,
    forget: Callable[[str], None] = lambda _: None,
) -> None:
    """Render one queued job after the other until `stop` is set.

    Starts with the job that a process of the same `worker_id` was killed in. On `stop`, a job in
    progress goes back to its place in the queue. Others take over the jobs of a worker that gives
    no sign of life for `lease` seconds; should it come back it begins anew. With `render_share` it
    draws shares of others' jobs while there are no jobs, and has others draw shares of its own.
    `forget` is called with a job's id once it is noted how the job ended. ConfigurationError where
    another process runs under this id or the store can't be opened.
    """
    open_store(url).destroy()
    store, registry = connect(url), Registry(url, lease)
    device = threading.Lock()
    render = _guarded(url, render, device)
    share = on_device(render_share, device) if render_share else None
    try:
        with only_one(url, worker_id) as lock, Janitor(url, lease):
            while not stop.is_set():
                take_over(store, registry, lock)
                with Life(store, registry, worker_id, lock) as life:
                    helpers = partial(QueuedHelpers, store, registry, life.name)
                    tasks = _Tasks(render, share, helpers if share else lambda _: None, forget)
                    _live(partial(_launch, url, tasks, stop), device, life, stop)
    finally:
        registry.close()
        store.destroy()


def _live(
    launch: Callable[[str], None], device: threading.Lock, life: Life, stop: threading.Event
) -> None:
    """Render until told to stop, or until cut off from the store for too long."""
    try:
        launch(life.name)
        while not (stop.wait(_LOOK_SECONDS) or life.cut_off.is_set()):
            pass
    finally:
        life.ends()
        DBOS.destroy(destroy_registry=True)
        with device:  # not before the last render has stopped, however long that takes
            life.leave()


def _guarded(url: str, render: RenderFunction, device: threading.Lock) -> RenderFunction:
    """The function, one call at a time on its device, whatever became of the one before.

    It goes on until the store can note how it ended: else nobody would ever know.
    """
    file = sqlite_file(url)

    def render_and_wait(request: RenderRequest, assignment: Assignment) -> Finished:
        with device:
            try:
                return render(request, assignment)
            finally:
                if file:
                    wait_for_room(file.parent, assignment.stop)

    return render_and_wait


def _launch(url: str, tasks: _Tasks, stop: threading.Event, life: str) -> None:
    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=url,
        system_database_engine=patient_engine(url, stop),
        application_version=VERSION,
        executor_id=life,
        serializer=JSON,
        log_level="WARNING",
    )
    DBOS(config=config)

    # How often a worker died under a job is counted by engine.queue.recovery alone.
    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
    async def workflow(job: dict[str, JsonValue]) -> dict[str, JsonValue]:
        step = StepOptions(name="render", preemptible=True)
        ending = await DBOS.run_step_async(step, _render_in_thread, tasks, job)
        await asyncio.to_thread(tasks.forget, str(job["id"]))
        return ending

    if tasks.share:
        register_shares(tasks.share)
    DBOS.listen_queues([QUEUE])
    DBOS.launch()


async def _render_in_thread(tasks: _Tasks, job: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The ending event of a job, as JSON; its other events go to the job's stream."""
    progress = Progress()
    status = await _status(str(job["id"]))
    turn = Turn.of(status.attributes)
    watchdog = Watchdog(progress.put, turn.seconds if turn else None)
    assignment = replace(watchdog.assignment, helpers=tasks.helpers(job))
    _hear(status, assignment)
    thread = asyncio.get_running_loop().run_in_executor(
        None, _render, tasks.render, job, assignment
    )
    thread.add_done_callback(lambda _: progress.close())
    listening = asyncio.create_task(_listen(str(job["id"]), assignment))
    teller = Teller(str(job["id"]))
    try:
        while events := await progress.take():
            for event in events:
                await teller.tell(event)
        return (await thread).model_dump(mode="json")
    finally:
        listening.cancel()
        await dropped(thread, assignment)
        watchdog.end()


async def _listen(job: str, assignment: Assignment) -> None:
    while not assignment.keep.is_set():
        await asyncio.sleep(_LISTEN_SECONDS)
        _hear(await _status(job), assignment)


def _hear(status: WorkflowStatus, assignment: Assignment) -> None:
    """Stop for a user who wants no more than what is finished."""
    if (status.attributes or {}).get(KEEP):
        assignment.keep.set()
        assignment.stop.set()


async def _status(job: str) -> WorkflowStatus:
    (status,) = await DBOS.list_workflows_async(
        workflow_ids=[job], load_input=False, load_output=False
    )
    return status


def _render(render: RenderFunction, job: dict[str, JsonValue], assignment: Assignment) -> Ending:
    ending: Ending
    try:
        ending = render(RenderRequest.stored(job), assignment)
    except RenderCancelled:
        return Cancelled()  # or it goes on elsewhere, and its shares count
    except Exception as error:
        ending = Failed(message=sentence_for(error, f"job {job.get('id')} failed", UNEXPECTED))
    if assignment.helpers:
        assignment.helpers.dismiss()
    return ending
