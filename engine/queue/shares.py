"""Shares: parts of a job that workers with nothing else to do draw for the one that renders it.

A share is a workflow of its own kind in the jobs' queue, behind all jobs. It is no job: only the
job's worker waits for it, and when the job is over it goes. Its id tells what it is a share of.
"""

import asyncio
import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence

from dbos import DBOS, DBOSClient, EnqueueOptions, StepOptions, WorkflowStatus
from pydantic import JsonValue
from sqlalchemy.exc import SQLAlchemyError

from engine.assignment import Assignment, Help, Share
from engine.disk import sentence_for
from engine.errors import RenderCancelled
from engine.queue.fairness import LAST_PRIORITY
from engine.queue.store import KEEP, OPEN, QUEUE, SHARE, reason
from engine.queue.threads import dropped
from engine.queue.watchdog import Watchdog
from engine.queue.workers import Registry
from engine.request import RenderRequest

# So long nobody is asked for help after the queue could not be reached: trying may take seconds.
_PAUSE_SECONDS = 30.0

log = logging.getLogger(__name__)

ShareFunction = Callable[[RenderRequest, range, Assignment], None]
"""Draws frames, or the first of them, of a request that another worker renders.

Called in a thread of its own. Whatever it raises is logged at most: the frames that it leaves are
the other worker's to draw.
"""


class QueuedHelpers:
    """The other workers of a queue, asked through it; the `Helpers` of one job.

    `life` is the name under which this worker is in the registry.
    """

    def __init__(
        self, store: DBOSClient, registry: Registry, life: str, job: dict[str, JsonValue]
    ) -> None:
        self._store = store
        self._registry = registry
        self._life = life
        self._job = job
        self._resumes = 0.0

    def look(self) -> Help:
        """The other living workers, and the job's open shares, also those asked for before."""
        if time.monotonic() < self._resumes:
            return Help(0, ())
        with self._tolerant():
            others = [life for life in self._registry.living() if life != self._life]
            opened = _shares_of(self._store, str(self._job["id"]), OPEN)
            return Help(len(others), [_share(each) for each in opened])
        return Help(0, ())

    def ask(self, frames: range) -> Share | None:
        """Queue a share behind all jobs."""
        name = f"{self._job['id']}-{frames.start}-{frames.stop}-{uuid.uuid4().hex[:8]}"
        options = EnqueueOptions(
            workflow_name=SHARE, queue_name=QUEUE, workflow_id=name, priority=LAST_PRIORITY + 1
        )
        with self._tolerant():
            self._store.enqueue(options, self._job, frames.start, frames.stop)
            return Share(name, frames, begun=False)
        return None

    def take_back(self, share: Share) -> None:
        """Cancel a share."""
        with self._tolerant():
            self._store.cancel_workflow(share.id)

    def dismiss(self) -> None:
        """End all shares."""
        with self._tolerant():
            end_shares(self._store, str(self._job["id"]))

    @contextlib.contextmanager
    def _tolerant(self) -> Iterator[None]:
        """A render goes on alone where the queue can't be reached or written."""
        try:
            yield
        except SQLAlchemyError as error:
            log.warning("no help can be had: %s", reason(error))
            self._resumes = time.monotonic() + _PAUSE_SECONDS


def end_shares(store: DBOSClient, job: str) -> None:
    """Cancel a job's open shares, and delete the others but for those that may still stop."""
    shares = _shares_of(store, job)
    store.cancel_workflows([share.workflow_id for share in shares if share.status in OPEN])
    over = [share for share in shares if share.status not in OPEN]
    store.delete_workflows(
        [share.workflow_id for share in over if share.status == "SUCCESS" or not share.executor_id]
    )


def on_device(draw: ShareFunction, device: threading.Lock) -> ShareFunction:
    """The function, called only while nothing else is drawn on its device."""

    def draw_alone(request: RenderRequest, frames: range, assignment: Assignment) -> None:
        with device:
            draw(request, frames, assignment)

    return draw_alone


def register_shares(draw: ShareFunction) -> None:
    """Take shares out of the queue, too. To be called before DBOS is launched."""

    @DBOS.workflow(name=SHARE, max_recovery_attempts=None)
    async def share(job: dict[str, JsonValue], begin: int, end: int) -> None:
        step = StepOptions(name="draw", preemptible=True)
        await DBOS.run_step_async(step, _draw_in_thread, draw, job, range(begin, end))


async def _draw_in_thread(draw: ShareFunction, job: dict[str, JsonValue], frames: range) -> None:
    found = await DBOS.list_workflows_async(
        workflow_ids=[str(job["id"])], load_input=False, load_output=False
    )
    if not any(each.status in OPEN and KEEP not in (each.attributes or {}) for each in found):
        return
    watchdog = Watchdog(lambda _: None, None)
    assignment = watchdog.assignment
    thread = asyncio.get_running_loop().run_in_executor(None, _draw, draw, job, frames, assignment)
    try:
        await asyncio.shield(thread)
    finally:
        await dropped(thread, assignment)
        watchdog.end()


def _draw(
    draw: ShareFunction, job: dict[str, JsonValue], frames: range, assignment: Assignment
) -> None:
    what = f"no help with frames {frames.start}…{frames.stop - 1} of job {job.get('id')}"
    try:
        draw(RenderRequest.stored(job), frames, assignment)
    except RenderCancelled:
        pass
    except Exception as error:
        log.warning("%s: %s", what, sentence_for(error, what, "it failed"))


def _shares_of(
    store: DBOSClient, job: str, status: Sequence[str] | None = None
) -> list[WorkflowStatus]:
    return store.list_workflows(
        name=SHARE,
        workflow_id_prefix=f"{job}-",
        status=None if status is None else list(status),
        load_input=False,
        load_output=False,
    )


def _share(found: WorkflowStatus) -> Share:
    begin, end = found.workflow_id.split("-")[1:3]
    return Share(found.workflow_id, range(int(begin), int(end)), found.status == "PENDING")
