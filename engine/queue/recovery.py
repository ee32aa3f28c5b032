"""Jobs of workers that died: handed to the living, or parked where they are the reason.

It may run in several processes at once, and be cut off at any point: each death is counted once,
and a job is handed over once, whoever does it and however often it is begun.
"""

from collections.abc import Iterable, Mapping
from typing import Self

from dbos import DBOSClient, WorkflowStatus
from pydantic import BaseModel, ConfigDict, JsonValue

from engine.queue.store import PARKED, SAVED, requeue
from engine.queue.workers import Registry

MOST_DEATHS = 3
"""So many workers may die under a job, none of which saved any more of its frames."""

_KEY = "deaths"


class _Deaths(BaseModel):
    """The deaths under a job since it came on: how many, whose the last one was.

    `saved` is how many of its frames were saved at that time.
    """

    model_config = ConfigDict(frozen=True)

    count: int = 0
    life: str = ""
    saved: int = 0

    @classmethod
    def of(cls, attributes: Mapping[str, JsonValue]) -> Self:
        return cls.model_validate(attributes.get(_KEY) or {})

    def with_one_more(self, life: str, saved: int) -> Self:
        before = 0 if saved > self.saved else self.count
        return self.model_copy(update={"count": before + 1, "life": life, "saved": saved})


def take_over(store: DBOSClient, registry: Registry, lock: str | None = None) -> None:
    """Hand over what dead workers left; with `lock` what earlier holders of that lock left, too.

    SQLAlchemyError where the store can't be reached or written: then it is to be done again.
    """
    for dead in registry.dead(lock):
        if claim := registry.claim(dead):
            hand_over(store, dead.life, died=not dead.stopping)
            registry.forget(dead.life, claim)
    # Jobs of workers that aren't in the registry: one of an older version, or one that took a job
    # before it knew that it had been claimed. A worker is known before it takes any, and asked for
    # here after the jobs were: so a new one isn't missed.
    owners = {job.executor_id or "" for job in _running(store)}
    for life in owners - registry.known():
        hand_over(store, life, died=False)


def hand_over(store: DBOSClient, life: str, *, died: bool) -> None:
    """Put a life's jobs back into the queue, but those that it `died` of."""
    for job in _running(store, executor_id=life):
        if died and _is_poison(store, job, life):
            store.update_workflow_attributes(job.workflow_id, {PARKED: True}, merge=True)
            store.cancel_workflow(job.workflow_id)
        else:
            requeue(store, job.workflow_id, life)


def _running(store: DBOSClient, executor_id: str | None = None) -> Iterable[WorkflowStatus]:
    return store.list_workflows(
        status="PENDING", executor_id=executor_id, load_input=False, load_output=False
    )


def _is_poison(store: DBOSClient, job: WorkflowStatus, life: str) -> bool:
    """Count a death; whether it was one too many."""
    attributes = job.attributes or {}
    deaths = _Deaths.of(attributes)
    if deaths.life != life:
        deaths = deaths.with_one_more(life, attributes.get(SAVED) or 0)
        store.update_workflow_attributes(job.workflow_id, {_KEY: deaths.model_dump()}, merge=True)
    return deaths.count >= MOST_DEATHS
