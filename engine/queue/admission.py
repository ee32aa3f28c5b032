"""Taking jobs into the queue and out of it: limits, and the turn that a job gets."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dbos import DBOSClient, EnqueueOptions, WorkflowStatus

from engine.durations import about
from engine.errors import InputError
from engine.planning.cost import DEFAULT_SECONDS, Cost, check_length
from engine.queue.answers import SOMEBODY_WAITS
from engine.queue.fairness import Entry, Turn, next_turn, priority_of, weight_of
from engine.queue.forecast import read_speeds
from engine.queue.store import OPEN, QUEUE, WORKFLOW
from engine.request import RenderRequest
from engine.tables import Limits

_EARLIER_JOBS = 20


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator set: the most there may be, and users' weights by patterns."""

    limits: Limits = field(default_factory=Limits)
    weights: Mapping[str, float] = field(default_factory=dict)


def enqueue(store: DBOSClient, request: RenderRequest, cost: Cost, terms: Terms) -> None:
    """Queue a request in its owner's turn. InputError where it is more than the limits allow.

    Two processes that do this at the same moment may give two jobs the same turn, or let one more
    in than the limits allow; neither harms.
    """
    opened = store.list_queued_workflows(status=OPEN, load_input=False, load_output=False)
    if request.id in {job.workflow_id for job in opened}:
        return
    speeds = read_speeds(store)
    per_unit = speeds.get(cost.model, DEFAULT_SECONDS)
    check_length(cost, per_unit, terms.limits.job_seconds, measured=cost.model in speeds)
    seconds = cost.seconds(per_unit)
    own = [job for job in opened if job.authenticated_user == request.owner]
    _check_user(own, seconds, terms.limits)
    entries = [_entry(job) for job in opened]
    turn = next_turn(
        request.id,
        entries,
        [_entry(job) for job in (*own, *_latest_of(store, request.owner))],
        weight_of(request.owner, terms.weights),
        seconds=seconds,
        model=cost.model,
        work=cost.work,
    )
    options = EnqueueOptions(
        workflow_name=WORKFLOW,
        queue_name=QUEUE,
        workflow_id=request.id,
        priority=priority_of(turn, entries),
        authenticated_user=request.owner,
        attributes=turn.attributes | SOMEBODY_WAITS,
    )
    store.enqueue(options, request.model_dump(mode="json"))


def withdraw(store: DBOSClient, job: WorkflowStatus) -> None:
    """Cancel an open job; its owner is charged with what it took until now."""
    if turn := Turn.of(job.attributes):
        ran = time.time() - job.dequeued_at / 1000 if job.dequeued_at else 0.0
        charged = turn.model_copy(update={"seconds": max(0.0, ran)})
        store.update_workflow_attributes(job.workflow_id, charged.attributes, merge=True)
    store.cancel_workflow(job.workflow_id)


def _check_user(opened: Sequence[WorkflowStatus], seconds: float, limits: Limits) -> None:
    remedy = "wait for one of them, or cancel one"
    if len(opened) >= limits.user_jobs:
        problem = f"{len(opened)} of your animations wait or are rendered now, the most here"
        raise InputError("queue", problem, remedy)
    turns = [turn for job in opened if (turn := Turn.of(job.attributes))]
    together = seconds + sum(turn.seconds for turn in turns)
    if together > limits.user_seconds:
        most = about(limits.user_seconds).removeprefix("about ")
        problem = f"with this one your animations would take {about(together)}, the most is {most}"
        raise InputError("queue", problem, remedy if turns else "make it shorter")


def _latest_of(store: DBOSClient, owner: str) -> list[WorkflowStatus]:
    """An owner's latest jobs, those that are over among them."""
    return store.list_workflows(
        user=owner, sort_desc=True, limit=_EARLIER_JOBS, load_input=False, load_output=False
    )


def _entry(job: WorkflowStatus) -> Entry:
    return Entry(job.priority or 0, job.status == "PENDING", Turn.of(job.attributes))
