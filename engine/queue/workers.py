"""The registry of living workers, a table of our own in the queue's database.

A worker's *life* is one run of it, under a name of its own (`host-cuda-0/3f9c…`), which is its
DBOS executor id: so a job that runs under a dead life's name can't be a living worker's. The
database's clock alone decides who is alive. A life that is silent for half a lease is suspected;
one that stays silent for another half is dead. So nobody is, where the database was away, had no
room or slept for hours with the whole machine: the suspicion can't be noted before it is back.
"""

import uuid
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError

from engine.queue.store import sqlite_file

LEASE_SECONDS = 30.0
"""How long a worker may give no sign of life before it counts as dead."""

_TABLE = sa.Table(
    "giffusion_worker",
    sa.MetaData(),
    sa.Column("life", sa.Text, primary_key=True),
    sa.Column("lock", sa.Text, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("suspected", sa.BigInteger),
    sa.Column("stopping", sa.Boolean, nullable=False, default=False),
    sa.Column("claim", sa.Text),
)
_ROW = _TABLE.c
_SQLITE_NOW = sa.text("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)")
_POSTGRES_NOW = sa.text("CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)")


class Dead(NamedTuple):
    """A life that was silent too long, or that a later one of the same worker has followed.

    It was last `seen` then, in milliseconds of the database's clock. One that had been `stopping`
    was told to end before it died.
    """

    life: str
    seen: int
    stopping: bool


def worker_of(life: str) -> str:
    """The id of a worker, which is the same in all its lives."""
    return life.partition("/")[0]


class Registry:
    """The registry at a queue's URL, which must have been opened as a store before.

    For any thread. Everything blocks, and raises SQLAlchemyError where the database can't be had.
    `lease` is in seconds.
    """

    def __init__(self, url: str, lease: float = LEASE_SECONDS) -> None:
        self.lease = lease
        self._half = round(lease * 500)
        embedded = sqlite_file(url) is not None
        self._now = _SQLITE_NOW if embedded else _POSTGRES_NOW
        self._engine = _sqlite(url) if embedded else _postgres(url)
        self._created = False

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def join(self, worker: str, lock: str) -> str:
        """Begin a life of a worker; gives its name. `lock` identifies the lock that it holds."""
        life = f"{worker}/{uuid.uuid4().hex}"
        self._execute(sa.insert(_TABLE).values(life=life, lock=lock, seen=self._now))
        return life

    def beat(self, life: str) -> bool:
        """Give a sign of life. False where it is too late: its jobs were handed to others."""
        ours = sa.update(_TABLE).where(_ROW.life == life, _ROW.claim.is_(None))
        return self._execute(ours.values(seen=self._now, suspected=None)) == 1

    def stopping(self, life: str) -> None:
        """Note that a life was told to end: whatever ends it now is no death under its job."""
        self._execute(sa.update(_TABLE).where(_ROW.life == life).values(stopping=True))

    def leave(self, life: str) -> None:
        """End a life that holds no job any more."""
        self._execute(sa.delete(_TABLE).where(_ROW.life == life))

    def living(self) -> list[str]:
        """The lives of the workers that are there now."""
        return [row.life for row in self._select(_ROW.suspected.is_(None), _ROW.claim.is_(None))]

    def known(self) -> set[str]:
        """All lives whose jobs were not handed over, dead ones among them."""
        return {row.life for row in self._select()}

    def dead(self, lock: str | None = None) -> list[Dead]:
        """The lives that were silent too long, and those that held a lock before its holder now."""
        before = self._now - sa.literal(self._half)
        found = self._select(sa.or_(_ROW.suspected < before, _ROW.lock == lock))
        silent = sa.update(_TABLE).where(_ROW.seen < before, _ROW.suspected.is_(None))
        self._execute(silent.values(suspected=self._now))
        return [Dead(row.life, row.seen, row.stopping) for row in found]

    def claim(self, dead: Dead) -> str | None:
        """Take charge of a dead life's jobs; None where it showed up or somebody was first.

        Who claims has the time of a lease: should it die as well, another one follows.
        """
        claim = uuid.uuid4().hex
        unchanged = sa.update(_TABLE).where(_ROW.life == dead.life, _ROW.seen == dead.seen)
        ours = unchanged.values(seen=self._now, suspected=None, claim=claim)
        return claim if self._execute(ours) else None

    def forget(self, life: str, claim: str) -> None:
        """Strike out a dead life whose jobs were all handed over by who claimed it."""
        self._execute(sa.delete(_TABLE).where(_ROW.life == life, _ROW.claim == claim))

    def _select(self, *conditions: sa.ColumnElement[bool]) -> list[sa.Row[tuple[object, ...]]]:
        with self._connect() as connection:
            return list(connection.execute(sa.select(_TABLE).where(*conditions)))

    def _execute(self, statement: sa.Executable) -> int:
        with self._connect() as connection, connection.begin():
            return connection.execute(statement).rowcount

    def _connect(self) -> sa.Connection:
        if not self._created:
            _create(self._engine)
            self._created = True
        return self._engine.connect()


def _sqlite(url: str) -> sa.Engine:
    return sa.create_engine(url, connect_args={"timeout": 30})


def _postgres(url: str) -> sa.Engine:
    # In DBOS's schema, since whoever may open the store may write there.
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=1,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10},
    )
    return engine.execution_options(schema_translate_map={None: "dbos"})


def _create(engine: sa.Engine) -> None:
    command = sa.schema.CreateTable(_TABLE, if_not_exists=True)
    try:
        with engine.begin() as connection:
            connection.execute(command)
    except (
        IntegrityError,
        ProgrammingError,
    ):  # Postgres, where another process does it in this very moment
        with engine.begin() as connection:
            connection.execute(command)
