"""What both sides of the queue agree on: names, JSON, and a store that is ready for use.

The store is DBOS Transact's; its URL decides whether it is one SQLite file or a Postgres server.
"""

import contextlib
import logging
import sqlite3
from pathlib import Path

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, WorkflowStatus, error
from filelock import FileLock
from pydantic import JsonValue
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import ConfigurationError, RenderError, StoreAwayError
from engine.queue.outage import noticing_lost_hosts
from engine.request import RenderRequest

APPLICATION = "giffusion"
QUEUE = "render"
WORKFLOW = "render"
SHARE = "share"
STREAM = "events"

KEEP = "keep"
"""The attribute of a running job whose user wants no more than what is finished."""

BY_ADMIN = "by_admin"
"""The attribute of a job that somebody else cancelled."""

SAVED = "saved"
"""The attribute of a job that tells how many of its frames outlive a crash."""

PARKED = "parked"
"""The attribute of a job that was cancelled since its workers died under it."""

JSON = DBOSPortableJSONSerializer()

# Stays as it is: DBOS leaves the jobs of any other version lying.
VERSION = "1"

log = logging.getLogger(__name__)

OPEN = ["ENQUEUED", "PENDING"]
"""The states of a job that waits or runs."""

# How often a worker looks for a job, and a reader for news of one.
POLL_SECONDS = 0.1

_EXPECTED = (
    "is no longer owned by this execution",
    "was cancelled during execution",
    "Asyncio task cancelled",
    # A server that is away is told of once, by `engine.queue.outage`.
    "Database connection failed",
    "server closed the connection",
    "terminating connection",
    "the connection is lost",
    str(StoreAwayError()),
)


def open_store(url: str) -> DBOSClient:
    """A client of the store, which is created or brought up to date where it has to be.

    Blocks, for about a second on a new store; may run in several processes at once.
    ConfigurationError where the store can't be opened.
    """
    _quiet_dbos()
    try:
        file = sqlite_file(url)
        if file:
            _create_in_wal_mode(file)
        DBOS.migrate(url)
        client = connect(url)
        client.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLL_SECONDS)
    except (SQLAlchemyError, sqlite3.Error, OSError) as problem:
        raise ConfigurationError(f"queue.url: can't be opened: {reason(problem)}") from problem
    return client


def connect(url: str) -> DBOSClient:
    """A client of a store that has been opened before, by whichever process.

    Its calls raise SQLAlchemyError while the database can't be reached.
    """
    return DBOSClient(
        system_database_url=noticing_lost_hosts(url),
        serializer=JSON,
        application_name=APPLICATION,
        retry_connection_errors=False,  # DBOS would block the thread, for ever
        lazy=True,
    )


def requeue(store: DBOSClient, job: str, executor: str) -> bool:
    """Put a job that runs under an executor's id back to its place in the queue.

    False where it doesn't: it is over, cancelled, or was put back before. In one statement, so
    that of those who do it at once one succeeds, and never after somebody else has taken the job.
    """
    # DBOS's own resume_workflow would take any open job from whoever has it, cancelled ones too.
    return store._sys_db.reenqueue_for_recovery(job, [executor], QUEUE)


def stored_request(job: WorkflowStatus) -> dict[str, JsonValue]:
    """A job's request as JSON, of whichever version; empty where there is none to be read."""
    match job.input:
        case {"args": [dict() as request, *_]}:
            return request
        case _:
            return {}


def readable_request(job: WorkflowStatus) -> RenderRequest | None:
    """What was asked for; None if even who asked can't be read, which the log is told."""
    values = stored_request(job)
    try:
        return RenderRequest.stored(values)
    except RenderError:
        # Its user is still to be told how it ends; the worker says that it can't be rendered.
        try:
            return RenderRequest.stored({**values, "settings": {}})
        except RenderError as error:
            log.error("job %s can't be read: %s", job.workflow_id, error.__cause__)
            return None


def sqlite_file(url: str) -> Path | None:
    """The database file of an SQLite URL; None for a server."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return None
    if not parts.database or parts.database == ":memory:":
        raise ConfigurationError("queue.url: an SQLite store needs a file, as in sqlite:///jobs.db")
    return Path(parts.database)


def _quiet_dbos() -> None:
    """Hand DBOS's log, from warnings up, to the program's own instead of the console."""
    log = logging.getLogger("dbos")
    log.setLevel(logging.WARNING)
    log.addFilter(_is_unexpected)
    if not log.handlers:  # with a handler present DBOS adds no console of its own
        log.addHandler(logging.NullHandler())


def _is_unexpected(record: logging.LogRecord) -> bool:
    # A cancelled job and a stopped worker are no fault; DBOS warns of them, with the whole request.
    if record.exc_info and isinstance(record.exc_info[1], error.DBOSAwaitedWorkflowCancelledError):
        return False
    return not any(phrase in record.getMessage() for phrase in _EXPECTED)


def _create_in_wal_mode(file: Path) -> None:
    # In WAL mode the bot's readers and the worker's writer never wait for each other. Two that
    # change the mode at once don't wait either, whatever the timeout: one of them fails.
    file.parent.mkdir(parents=True, exist_ok=True)
    with (
        FileLock(f"{file}.lock"),
        contextlib.closing(sqlite3.connect(file, timeout=30)) as connection,
    ):
        connection.execute("PRAGMA journal_mode=WAL")


def reason(problem: Exception) -> str:
    """What is wrong with a database, in one line."""
    # SQLAlchemy's own text goes on with the statement and a link.
    return str(getattr(problem, "orig", None) or problem).splitlines()[0]
