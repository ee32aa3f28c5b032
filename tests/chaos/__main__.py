"""`python -m tests.chaos [--kills N] [--seconds S] [--workers W] [--seed N] [STORE…]`.

A STORE is `sqlite`, `postgres` (a server of our own) or an empty Postgres database's URL. The exit
code tells whether every promise was kept.
"""

import argparse
import asyncio
import contextlib
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.chaos.findings import problems, results_of
from tests.chaos.misfortune import Misfortune
from tests.chaos.orders import RECIPES, Recipe
from tests.chaos.report import report
from tests.chaos.service import running_service
from tests.chaos.users import Users
from tests.support.postgres import postgres_server

_PATIENCE = 30.0
"""Seconds without any sign of life after which what is missing is missing."""
_WORKERS = {"sqlite": 1}


def main() -> int:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("stores", nargs="*", default=["sqlite", "postgres"], metavar="STORE")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=540, help="the longest to kill for")
    parser.add_argument("--workers", type=int, help="by default 1 on SQLite, 2 elsewhere")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    expected = asyncio.run(_undisturbed())
    broken = [_is_broken(store, expected, chosen) for store in chosen.stores]
    return int(any(broken))


def _is_broken(store: str, expected: Mapping[Recipe, bytes], chosen: argparse.Namespace) -> bool:
    try:
        with _address(store) as url:
            return asyncio.run(_disturbed(store, url, expected, chosen))
    except pytest.skip.Exception as reason:
        print(f"{store} is left out: {reason}")
        return False


async def _undisturbed() -> dict[Recipe, bytes]:
    """What each recipe makes when nobody is killed."""
    with tempfile.TemporaryDirectory(prefix="giffusion-chaos-") as folder:
        async with running_service(Path(folder), "", workers=1) as service:
            users = Users(service, random.Random(0))
            users.order_each(RECIPES)
            await users.settle(_PATIENCE)
            return results_of(users.book, service)


async def _disturbed(
    store: str, url: str, expected: Mapping[Recipe, bytes], chosen: argparse.Namespace
) -> bool:
    """Whether any promise was broken; what the processes said is kept then."""
    folder = Path(tempfile.mkdtemp(prefix="giffusion-chaos-"))
    workers = chosen.workers or _WORKERS.get(store, 2)
    async with running_service(folder, url, workers) as service:
        rng = random.Random(chosen.seed)
        users, misfortune = Users(service, rng), Misfortune(service, rng)
        began = time.monotonic()
        async with users.orders_coming():
            await misfortune.strike(chosen.kills, chosen.seconds)
        seconds = time.monotonic() - began
        await users.settle(_PATIENCE)
        await service.close()
        await service.read_jobs()
        found = problems(users.book, misfortune.toll, service, expected)
        print(f"{store.partition(':')[0]}, {workers} workers")
        print(report(users.book, misfortune.toll, service, seconds, found), flush=True)
    if found:
        print(f"What the processes said is in {folder}", flush=True)
    else:
        shutil.rmtree(folder)
    return bool(found)


@contextlib.contextmanager
def _address(store: str) -> Iterator[str]:
    """The URL of a new store; none for SQLite's."""
    if store == "postgres":
        with postgres_server() as server:
            yield f"{server}chaos"
    else:
        yield "" if store == "sqlite" else store


if __name__ == "__main__":
    sys.exit(main())
