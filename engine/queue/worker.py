"""The worker's side of the queue: one process for each device, one job at a time."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from functools import partial

from dbos import DBOS, DBOSConfig, StepOptions
from pydantic import JsonValue

from engine.assignment import Assignment
from engine.disk import sentence_for, wait_for_room
from engine.errors import RenderCancelled
from engine.events import Cancelled, Ending, Failed, Finished
from engine.queue.janitor import Janitor
from engine.queue.life import Life, only_one
from engine.queue.progress import Progress
from engine.queue.recovery import take_over
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


def run_worker(
    url: str,
    render: RenderFunction,
    worker_id: str,
    stop: threading.Event,
    lease: float = LEASE_SECONDS,
    *,
    forget: Callable[[str], None] = lambda _: None,
) -> None:
    """Render one queued job after the other until `stop` is set.

    Starts with the job that a process of the same `worker_id` was killed in. On `stop`, a job in
    progress goes back to its place in the queue. Others take over the jobs of a worker that gives
    no sign of life for `lease` seconds; should it come back it begins anew. `forget` is called with
    a job's id once it is noted how the job ended. ConfigurationError where another process runs
    under this id or the store can't be opened.
    """
    open_store(url).destroy()
    store, registry = connect(url, patient=False), Registry(url, lease)
    device = threading.Lock()
    render = _guarded(url, render, device)
    try:
        with only_one(url, worker_id) as lock, Janitor(url, lease):
            while not stop.is_set():
                take_over(store, registry, lock)
                with Life(store, registry, worker_id, lock) as life:
                    _live(partial(_launch, url, render, forget), device, life, stop)
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


def _launch(url: str, render: RenderFunction, forget: Callable[[str], None], life: str) -> None:
    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=url,
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
        ending = await DBOS.run_step_async(step, _render_in_thread, render, job)
        await asyncio.to_thread(forget, str(job["id"]))
        return ending

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
    teller = Teller(str(job["id"]))
    try:
        while events := await progress.take():
            for event in events:
                await teller.tell(event)
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


def _render(render: RenderFunction, job: dict[str, JsonValue], assignment: Assignment) -> Ending:
    try:
        return render(RenderRequest.model_validate(job), assignment)
    except RenderCancelled:
        return Cancelled()
    except Exception as error:
        return Failed(message=sentence_for(error, f"job {job.get('id')} failed", UNEXPECTED))
