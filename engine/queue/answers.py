"""Who waits for a job's ending: noted with the job, until they were told.

The notes are attributes of the job in the store, so that whichever process follows a job knows
them. Jobs of a version before these notes have none: open ones are followed, those that are over
count as told.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from dbos import DBOSClient, WorkflowStatus
from pydantic import JsonValue

from engine.queue.forecast import turn_key
from engine.queue.store import OPEN, WORKFLOW, readable_request
from engine.request import RenderRequest

_WAITING, _PLACE = "waiting", "place"
SOMEBODY_WAITS: dict[str, JsonValue] = {_WAITING: True}
"""The attribute that a job is queued with."""
NOBODY_WAITS: dict[str, JsonValue] = {_WAITING: False}
"""The attribute of one whose ending needn't be told any more."""

P = ParamSpec("P")
R = TypeVar("R")


class InStore(Protocol):
    """Calls a function with the store as its first argument, without blocking the event loop."""

    def __call__(
        self,
        function: Callable[Concatenate[DBOSClient, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Awaitable[R]:
        """Call it."""
        ...


class Answers:
    """What is owed to those who wait. Every change is durable on return."""

    def __init__(self, in_store: InStore) -> None:
        self._in_store = in_store

    async def owed(self) -> list[RenderRequest]:
        """Every job whose ending nobody was told of yet, those that are over among them.

        In the order of their turns. `conversation` is where it is to be told now.
        """
        return await self._in_store(_owed)

    async def given(self, job: str) -> None:
        """Note that whoever waited for a job was told how it ended."""
        await self._in_store(_note, job, NOBODY_WAITS)

    async def move(self, job: str, conversation: Mapping[str, JsonValue]) -> None:
        """Note that a job's ending is to be told somewhere else."""
        await self._in_store(_note, job, {_PLACE: dict(conversation)})


def _owed(store: DBOSClient) -> list[RenderRequest]:
    # Looked through here, as DBOS filters by attributes on Postgres only.
    jobs = store.list_workflows(name=WORKFLOW, load_input=False, load_output=False)
    owed = [job.workflow_id for job in jobs if _is_owed(job)]
    if not owed:
        return []
    found = store.list_workflows(workflow_ids=owed, load_output=False)
    requests = [_moved(job) for job in sorted(found, key=turn_key)]
    return [request for request in requests if request]


def _is_owed(job: WorkflowStatus) -> bool:
    return bool((job.attributes or {}).get(_WAITING, job.status in OPEN))


def _moved(job: WorkflowStatus) -> RenderRequest | None:
    """What was asked for, and where it is to be answered now; None if it can't be read."""
    request, place = readable_request(job), (job.attributes or {}).get(_PLACE)
    return request.model_copy(update={"conversation": place}) if request and place else request


def _note(store: DBOSClient, job: str, attributes: dict[str, JsonValue]) -> None:
    store.update_workflow_attributes(job, attributes, merge=True)
