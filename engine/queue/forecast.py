"""When a waiting job will start, from what the store tells of those before it.

How fast a model draws is measured by the last jobs that it finished.
"""

import heapq
import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dbos import DBOSClient, WorkflowStatus

from engine.durations import coarse
from engine.planning.cost import OVERHEAD_SECONDS
from engine.queue.fairness import Turn
from engine.queue.store import OPEN, WORKFLOW
from engine.queue.workers import worker_of

Speeds = Mapping[str, float]
"""Seconds that a unit of work takes, by the name of each model that was measured."""

_JOBS_LOOKED_AT = 100
_JOBS_COUNTED = 8
_OVERDUE = 0.1


class Place(NamedTuple):
    """A job's place, 1 for the next and 0 for one that runs, and the seconds until it starts.

    They are None where they aren't known, and for one that runs.
    """

    position: int
    seconds: int | None


def read_speeds(store: DBOSClient) -> Speeds:
    """How fast each model drew its last jobs where jobs are rendered now.

    "Where" is a worker, which is one device of one machine: once another one has finished a job,
    what was measured by one that is gone doesn't count.
    """
    running = store.list_queued_workflows(
        name=WORKFLOW, status="PENDING", load_input=False, load_output=False
    )
    finished = store.list_workflows(
        name=WORKFLOW, status="SUCCESS", sort_desc=True, limit=_JOBS_LOOKED_AT, load_input=False
    )
    done = [job for job in finished if _took(job) is not None]
    done.sort(key=lambda job: job.completed_at or 0, reverse=True)
    at_work = {_worker(job) for job in (*running, *done[:1])}
    return _speeds([job for job in done if _worker(job) in at_work])


def read_places(store: DBOSClient, speeds: Speeds) -> Mapping[str, Place]:
    """The place of every open job, in the order of their turns, those that run first."""
    jobs = store.list_queued_workflows(
        name=WORKFLOW, status=OPEN, load_input=False, load_output=False
    )
    running = sorted((job for job in jobs if job.status == "PENDING"), key=turn_key)
    waiting = sorted((job for job in jobs if job.status == "ENQUEUED"), key=turn_key)
    # While jobs wait every worker has one; so the running ones tell how many workers there are.
    free = [_rest(job, speeds) for job in running] or [0.0 if speeds else math.inf]
    heapq.heapify(free)
    places = {job.workflow_id: Place(0, None) for job in running}
    for position, job in enumerate(waiting, start=1):
        seconds = heapq.heappop(free)
        places[job.workflow_id] = Place(position, coarse(seconds) if seconds < math.inf else None)
        heapq.heappush(free, seconds + _predicted(job, speeds))
    return places


def turn_key(job: WorkflowStatus) -> tuple[int, int]:
    """What jobs are dispatched by."""
    return job.priority or 0, job.created_at or 0


def _speeds(done: Sequence[WorkflowStatus]) -> Speeds:
    by_model: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for job in done:
        turn, seconds = Turn.of(job.attributes), _took(job)
        if turn and seconds is not None and len(by_model[turn.model]) < _JOBS_COUNTED:
            by_model[turn.model].append((seconds - min(OVERHEAD_SECONDS, seconds / 2), turn.work))
    # Long jobs count for more: in short ones much else than drawing is measured.
    return {
        model: sum(seconds for seconds, _ in jobs) / sum(work for _, work in jobs)
        for model, jobs in by_model.items()
    }


def _worker(job: WorkflowStatus) -> str:
    return worker_of(job.executor_id or "")


def _took(job: WorkflowStatus) -> float | None:
    """The seconds of work in a job's Finished event; None if it ended otherwise."""
    output = job.output or {}
    if output.get("kind") != "finished":
        return None
    seconds: float = output.get("work_seconds") or output["seconds"]
    return seconds


def _predicted(job: WorkflowStatus, speeds: Speeds) -> float:
    """The seconds a job takes; infinite where that isn't known."""
    turn = Turn.of(job.attributes)
    if turn is None or turn.model not in speeds:
        return math.inf
    return OVERHEAD_SECONDS + turn.work * speeds[turn.model]


def _rest(job: WorkflowStatus, speeds: Speeds) -> float:
    """The seconds that a running job still takes; if it is overdue, a tenth of those it took."""
    took = max(0.0, time.time() - (job.dequeued_at or 0) / 1000)
    return max(_predicted(job, speeds) - took, took * _OVERDUE)
