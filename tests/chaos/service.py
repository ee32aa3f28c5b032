"""One whole service under the harness: Discord, the bot, its workers and the job store."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from dbos import DBOSClient, WorkflowStatus

from engine.configuration import load_configuration
from engine.housekeeping import keep_house
from engine.queue.store import WORKFLOW, open_store
from tests.chaos.channel import Channel
from tests.chaos.orders import FILES
from tests.chaos.place import Place
from tests.chaos.processes import Supervised, build_model


class Service:
    """`bot` and `workers` are kept running; `jobs` is the store's newest, by the message."""

    def __init__(self, place: Place, channel: Channel, store: DBOSClient, workers: int) -> None:
        self.place = place
        self.channel = channel
        self.store = store
        self.bot = Supervised("bot", place, "bot")
        self.workers = [
            Supervised(f"host-{number}", place, "worker", f"host-{number}")
            for number in range(workers)
        ]
        self.jobs: dict[str, list[WorkflowStatus]] = {}

    async def read_jobs(self) -> None:
        """Bring `jobs` up to date."""
        found = await asyncio.to_thread(self.store.list_workflows, name=WORKFLOW)
        jobs: dict[str, list[WorkflowStatus]] = {}
        for job in found:
            conversation = job.input["args"][0]["conversation"]
            jobs.setdefault(str(conversation["message"]), []).append(job)
        self.jobs = jobs

    def moments(self) -> Counter[str]:
        """How often each kind of moment has come, that a kill may follow."""
        noted = Counter(words[0] for words in self.place.noted())
        return noted + self.channel.arrived

    def running(self, worker: Supervised) -> list[WorkflowStatus]:
        """The jobs that a worker has."""
        jobs = (job for jobs in self.jobs.values() for job in jobs)
        name = f"{worker.name}-"
        return [j for j in jobs if j.status == "PENDING" and (j.executor_id or "").startswith(name)]

    def workers_work(self, worker: Supervised) -> str:
        """What a worker does now, by its last note."""
        own = [what for what, _, process, *_ in self.place.noted() if process == str(worker.pid)]
        return own[-1] if own else "start"

    def bots_work(self) -> str:
        """What the bot has to do now."""
        jobs = [job for jobs in self.jobs.values() for job in jobs]
        shown = self.channel.results()
        newest = next(reversed(self.channel.taken), "")
        if newest not in self.jobs and newest not in self.channel.messages.shown:
            return "submitting"
        if any(job.status == "SUCCESS" and job.workflow_id not in shown for job in jobs):
            return "delivering"
        return "following"

    def keep_house(self, now: float) -> None:
        """Do what the bot's housekeeper does every hour, at a time."""
        with pytest.MonkeyPatch.context() as patched:
            for name, value in self.place.environment.items():
                patched.setenv(name, value)
            patched.setattr(tempfile, "tempdir", str(self.place.temporary))
            keep_house(load_configuration(), now)

    async def close(self) -> None:
        """End every process."""
        await asyncio.gather(*(part.close() for part in (self.bot, *self.workers)))


@asynccontextmanager
async def running_service(folder: Path, store: str, workers: int) -> AsyncIterator[Service]:
    """A service in an empty folder, on an empty store; SQLite where no store is named."""
    channel = Channel(files=FILES)
    await channel.start()
    url = store or f"sqlite:///{folder / 'data' / 'jobs.sqlite'}"
    place = Place(folder, channel.origin, channel.gateway_url, url)
    place.prepare()
    place.notes.touch()
    await build_model(place)
    client = await asyncio.to_thread(open_store, url)
    service = Service(place, channel, client, workers)
    try:
        yield service
    finally:
        await service.close()
        client.destroy()
        await channel.stop()
