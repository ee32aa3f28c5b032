"""Who is killed, and when: drawn from a seed."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

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
    """By job, how often its worker was killed since it came on, and its segments at that time."""

    @property
    def killed_workers(self) -> int:
        """How often a worker was killed."""
        return sum(count for who, count in self.kills.items() if who.startswith("worker"))


class Misfortune:
    """Kills the processes of a service."""

    def __init__(self, service: Service, rng: random.Random) -> None:
        self.toll = Toll()
        self._service = service
        self._rng = rng

    async def strike(self, times: int, seconds: float) -> None:
        """Kill so many times, or for so long."""
        until = time.monotonic() + seconds
        for _ in range(times):
            if time.monotonic() > until:
                return
            await self._wait_for_a_moment()
            self._kill(self._rng.choice(_TARGETS))

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

    def _kill(self, target: str) -> None:
        pause = self._rng.choice([0, self._rng.uniform(0, 1)])
        if target in ("worker", "both"):
            self._kill_worker(self._rng.choice(self._service.workers), pause)
        if target in ("bot", "both"):
            self.toll.kills[f"bot: {self._service.bots_work()}"] += 1
            self._service.bot.kill(pause)
        if target == "bot" and self._rng.random() < 0.5:
            for worker in self._service.workers:  # its own ones end with it, by themselves
                self.toll.worker_ends += 1
                worker.stop(pause)

    def _kill_worker(self, worker: Supervised, pause: float) -> None:
        what, job = self._service.workers_work(worker)
        if job:
            segments = self._service.segments(job)
            hits, before = self.toll.hits.get(job, (0, 0))
            hits = 0 if segments > before else hits
            if hits == _MOST_HITS:  # a third time in the same segment would rightly park the job
                return
            self.toll.hits[job] = (hits + 1, segments)
        self.toll.kills[f"worker: {what}"] += 1
        self.toll.worker_ends += 1
        worker.kill(pause)
