"""The worker's side of the queue: one process for each device, one job at a time."""

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial

from dbos import DBOS, DBOSConfig, StepOptions
from pydantic import JsonValue

from engine.assignment import Assignment
from engine.disk import wait_for_room
from engine.events import Finished
from engine.queue.janitor import Janitor
from engine.queue.life import Life, only_one
from engine.queue.outage import patient_engine
from engine.queue.recovery import take_over
from engine.queue.rendering import RenderFunction, Tasks, render_job
from engine.queue.shares import QueuedHelpers, ShareFunction, on_device, register_shares
from engine.queue.store import (
    APPLICATION,
    JSON,
    QUEUE,
    VERSION,
    WORKFLOW,
    connect,
    open_store,
    sqlite_file,
)
from engine.queue.workers import LEASE_SECONDS, Registry
from engine.request import RenderRequest

# How soon a worker sees that it was cut off.
_LOOK_SECONDS = 0.5

log = logging.getLogger(__name__)


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
                    tasks = Tasks(render, share, helpers if share else lambda _: None, forget)
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


def _launch(url: str, tasks: Tasks, stop: threading.Event, life: str) -> None:
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
        ending = await DBOS.run_step_async(step, render_job, tasks, job)
        await asyncio.to_thread(tasks.forget, str(job["id"]))
        return ending

    if tasks.share:
        register_shares(tasks.share)
    DBOS.listen_queues([QUEUE])
    DBOS.launch()
