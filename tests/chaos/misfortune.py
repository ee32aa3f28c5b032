"""Who is killed, and when: drawn from a seed."""

import asyncio
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from dbos import WorkflowStatus

from engine.queue.store import SAVED
from tests.chaos.processes import Supervised
from tests.chaos.service import Service

_TARGETS = ("worker", "bot", "both")
_ANY = "any"
_MOMENTS = (_ANY, _ANY, _ANY, "begin", "draw", "join", "done", "command taken", "result posted")
"""Half of the kills come at any time, half just after something happened."""
_LONGEST_WAIT = 1.5
_MOST_HITS = 2


@dataclass
class Toll:
    """What was done so far."""

    kills: Counter[str] = field(default_factory=Counter)
    """By who was killed, doing what."""
    worker_ends: int = 0
    """How often a worker was killed, or asked to end as its bot was gone."""
    hits: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By job, how often its worker was killed since it came on, and what was saved by then."""

    @property
    def killed_workers(self) -> int:
        """How often a worker was killed."""
        return sum(count for who, count in self.kills.items() if who.startswith("worker"))

    def hits_of(self, job: WorkflowStatus) -> int:
        """How often a job's worker was killed since more of its frames were saved."""
        hits, saved = self.hits.get(job.workflow_id, (0, 0))
        return 0 if saved_of(job) > saved else hits


class Misfortune:
    """Kills the processes of a service."""

    def __init__(self, service: Service, rng: random.Random) -> None:
        self.toll = Toll()
        self._service = service
        self._rng = rng

    async def strike(self, kills: int, seconds: float) -> None:
        """Kill so many processes, or for so long."""
        until = time.monotonic() + seconds
        while self.toll.kills.total() < kills and time.monotonic() < until:
            await self._wait_for_a_moment()
            await self._kill(self._rng.choice(_TARGETS))

    async def _wait_for_a_moment(self) -> None:
        """Some time, then until something just happens, if it does, and then a trifle."""
        rng = self._rng
        await asyncio.sleep(rng.choice([rng.uniform(0, 0.3), rng.uniform(0.3, 3)]))
        moment = rng.choice(_MOMENTS)
        before, until = self._service.moments()[moment], time.monotonic() + _LONGEST_WAIT
        while moment != _ANY and time.monotonic() < until:
            if self._service.moments()[moment] > before:
                break
            await asyncio.sleep(0.003)
        await asyncio.sleep(rng.choice([0, rng.uniform(0, 0.06)]))

    async def _kill(self, target: str) -> None:
        pause = self._rng.choice([0, self._rng.uniform(0, 1)])
        if target in ("worker", "both"):
            await self._kill_worker(self._rng.choice(self._service.workers), pause)
        if target in ("bot", "both"):
            self.toll.kills[f"bot: {self._service.bots_work()}"] += 1
            self._service.bot.kill(pause)
        if target == "bot" and self._rng.random() < 0.5:
            for worker in self._service.workers:  # its own ones end with it, by themselves
                self.toll.worker_ends += 1
                worker.stop(pause)

    async def _kill_worker(self, worker: Supervised, pause: float) -> None:
        worker.send(signal.SIGSTOP)  # it takes no further job while we look at what it has
        await self._service.read_jobs()
        running = self._service.running(worker)
        # A third time without any more of its frames saved would rightly park a job.
        if any(self.toll.hits_of(job) == _MOST_HITS for job in running):
            worker.send(signal.SIGCONT)
            return
        self.toll.kills[f"worker: {self._service.workers_work(worker)}"] += 1
        self.toll.worker_ends += 1
        for job in running:
            self.toll.hits[job.workflow_id] = self.toll.hits_of(job) + 1, saved_of(job)
        worker.kill(pause)


def saved_of(job: WorkflowStatus) -> int:
    """How many of a job's frames are known to be saved."""
    return int((job.attributes or {}).get(SAVED) or 0)
