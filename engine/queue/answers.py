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
from engine.queue.store import OPEN, WORKFLOW
from engine.request import RenderRequest

_WAITING, _PLACE = "waiting", "place"
SOMEBODY_WAITS: dict[str, JsonValue] = {_WAITING: True}
"""The attribute that a job is queued with."""

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
        await self._in_store(_note, job, {_WAITING: False})

    async def move(self, job: str, conversation: Mapping[str, JsonValue]) -> None:
        """Note that a job's ending is to be told somewhere else."""
        await self._in_store(_note, job, {_PLACE: dict(conversation)})


def request_of(job: WorkflowStatus) -> RenderRequest:
    """What was submitted as this job, which was listed with its input."""
    assert job.input is not None  # noqa: S101 (loaded wherever this is called)
    return RenderRequest.model_validate(job.input["args"][0])


def _owed(store: DBOSClient) -> list[RenderRequest]:
    # Looked through here, as DBOS filters by attributes on Postgres only.
    jobs = store.list_workflows(name=WORKFLOW, load_input=False, load_output=False)
    owed = [job.workflow_id for job in jobs if _is_owed(job)]
    if not owed:
        return []
    found = store.list_workflows(workflow_ids=owed, load_output=False)
    return [_moved(job) for job in sorted(found, key=turn_key)]


def _is_owed(job: WorkflowStatus) -> bool:
    return bool((job.attributes or {}).get(_WAITING, job.status in OPEN))


def _moved(job: WorkflowStatus) -> RenderRequest:
    request = request_of(job)
    place = (job.attributes or {}).get(_PLACE)
    return request.model_copy(update={"conversation": place}) if place else request


def _note(store: DBOSClient, job: str, attributes: dict[str, JsonValue]) -> None:
    store.update_workflow_attributes(job, attributes, merge=True)
