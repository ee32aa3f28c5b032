"""Who is in the queue: every open job, what it asked for and when its turn comes."""

import asyncio
from collections.abc import Collection, Mapping
from typing import NamedTuple

from dbos import DBOSClient

from engine.queue.answers import InStore
from engine.queue.store import readable_request
from engine.request import RenderRequest


class Standing(NamedTuple):
    """An open job: `position` is 1 for the next and 0 for one that runs.

    `seconds` until it starts, roughly; None where they aren't known, and for one that runs.
    """

    request: RenderRequest
    position: int
    seconds: int | None


class Requests:
    """What open jobs asked for. Each is read once, as it never changes."""

    def __init__(self, in_store: InStore) -> None:
        self._in_store = in_store
        self._reading = asyncio.Lock()
        self._known: dict[str, RenderRequest | None] = {}

    async def of(self, jobs: Collection[str]) -> Mapping[str, RenderRequest | None]:
        """The requests of all these jobs, by their ids; None for what can't be read.

        Those of other jobs are forgotten.
        """
        async with self._reading:
            unknown = [job for job in jobs if job not in self._known]
            read = await self._in_store(_read, unknown) if unknown else {}
            self._known = {job: self._known.get(job) or read.get(job) for job in jobs}
            return self._known


def _read(store: DBOSClient, jobs: list[str]) -> dict[str, RenderRequest | None]:
    found = store.list_workflows(workflow_ids=jobs, load_output=False)
    return {job.workflow_id: readable_request(job) for job in found}
