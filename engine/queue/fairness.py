"""Whose turn it is: start-time fair queueing over the users, by predicted seconds.

Goyal, Vin, Cheng: Start-time Fair Queueing, SIGCOMM 1996. A job's start tag is the virtual time at
its arrival, or its user's last finish tag if that is later; its finish tag lies its cost divided
by its user's weight behind. The virtual time is the start tag of the job in service: with several
workers the last one dispatched (as Jin, Chase, Kaur: SFQ(D), SIGMETRICS 2004). Jobs go in the order
of their start tags. Of two users who always wait, neither gets ahead of the other by more than the
longest job of each, however many jobs they send.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from pydantic import BaseModel, ConfigDict, JsonValue

PRIORITIES_PER_SECOND = 10
LAST_PRIORITY = 2**31 - 2
"""Of jobs; there is one more behind all of them."""

_KEY = "turn"


class Turn(BaseModel):
    """What a queued job carries with it in the store, so that every process sees the same turns.

    Tags are in seconds of work and count from 0 again whenever the queue runs empty: `period` is
    the id of the job that came first after that. `seconds` is what the job is predicted to take (of
    a cancelled one: what it took) and `work` what that was predicted from, in units of
    `engine.planning.cost`, with `model`.
    """

    model_config = ConfigDict(frozen=True)

    period: str
    start: float
    seconds: float
    weight: float
    model: str
    work: float

    @property
    def finish(self) -> float:
        """The finish tag."""
        return self.start + self.seconds / self.weight

    @property
    def attributes(self) -> dict[str, JsonValue]:
        """The turn as a DBOS workflow's attributes."""
        return {_KEY: self.model_dump()}

    @classmethod
    def of(cls, attributes: Mapping[str, JsonValue] | None) -> Self | None:
        """The turn in a workflow's attributes; None in those of an older version's job."""
        found = (attributes or {}).get(_KEY)
        return cls.model_validate(found) if found else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A job as the store knows it; those of an older version of the program have no `turn`."""

    priority: int
    running: bool
    turn: Turn | None

    @property
    def start(self) -> float:
        """The start tag."""
        return self.turn.start if self.turn else (self.priority - 1) / PRIORITIES_PER_SECOND


def next_turn(
    job: str, opened: Sequence[Entry], earlier: Sequence[Entry], weight: float, **cost: object
) -> Turn:
    """The turn of a new job.

    `opened` are all jobs that wait or run, `earlier` the latest ones of the new one's owner, in any
    state. `cost` are the fields of the Turn that tell it.
    """
    period = next((entry.turn.period for entry in opened if entry.turn), job)
    finishes = [e.turn.finish for e in earlier if e.turn and e.turn.period == period]
    start = max([_virtual_time(opened), *finishes])
    return Turn.model_validate({"period": period, "start": start, "weight": weight, **cost})


def priority_of(turn: Turn, opened: Sequence[Entry]) -> int:
    """The turn as DBOS orders by it: lower first, from 1; equal turns in the order they came.

    After 2^31 tenths of a second (seven years in which the queue never ran empty) all are equal.
    """
    before = [entry.priority for entry in opened if entry.start <= turn.start]
    priority = max(1 + round(turn.start * PRIORITIES_PER_SECOND), 1 + max(before, default=0))
    taken = {entry.priority for entry in opened}
    while priority in taken:
        priority += 1
    return min(priority, LAST_PRIORITY)


def weight_of(owner: str, weights: Mapping[str, float]) -> float:
    """The weight of the first pattern that fits an owner; 1 without any."""
    fitting = (weight for pattern, weight in weights.items() if fnmatchcase(owner, pattern))
    return next(fitting, 1.0)


def _virtual_time(opened: Sequence[Entry]) -> float:
    running = [entry.start for entry in opened if entry.running]
    # Between two jobs: the one that is next begins in this moment.
    return max(running) if running else min((entry.start for entry in opened), default=0.0)
