"""Rows of a table: the engine's way beside a plain one, in milliseconds and as a ratio."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

ROUNDS = 7

Run = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """A stage as the engine has it and as it would be done plainly."""

    name: str
    engine: Run
    plain_name: str
    plain: Run
    rounds: int = ROUNDS

    def measured(self) -> tuple[float, float, float]:
        """Milliseconds of the engine, of the plain way, and the plain one's by the engine's."""
        for run in (self.engine, self.plain):
            run()  # warms up
        pairs = [
            (_milliseconds(self.engine), _milliseconds(self.plain)) for _ in range(self.rounds)
        ]
        ours, theirs = (median(column) for column in zip(*pairs, strict=True))
        return ours, theirs, median(plain / engine for engine, plain in pairs)


def _milliseconds(run: Run) -> float:
    started = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - started)


def show(title: str, rows: Iterator[Row]) -> None:
    for row in rows:
        ours, theirs, ratio = row.measured()
        print(f"{title:6}{row.name:28}{ours:9.2f}  {row.plain_name:16}{theirs:9.2f}{ratio:8.2f}")
