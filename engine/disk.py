"""The disk's free space, and how to tell from an error that there was none left."""

import errno
import logging
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import DiskFullError, GiffusionError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# SQLSTATE disk_full: postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES_NO_ROOM = "53100"
_NOTES_BYTES = 2**18
_PAUSE_SECONDS = 1.0

MIB = 2**20

log = logging.getLogger(__name__)


def free_bytes(folder: Path) -> int:
    """What is free where `folder` is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check_room(folder: Path, mib: float) -> None:
    """DiskFullError, and a line for the operator, where less than `mib` MiB are free."""
    free = free_bytes(folder) / MIB
    if free < mib:
        log.error("only %.0f MiB are free at %s; %.0f are needed", free, folder, mib)
        raise DiskFullError


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, or one that it came of, is a full disk or quota.

    It knows those of the system, FFmpeg, SQLite and Postgres.
    """
    return _saying_full(error) is not None


@contextmanager
def telling_of_a_full_disk() -> Iterator[None]:
    """Whatever error of a full disk there is inside becomes a DiskFullError."""
    try:
        yield
    except Exception as error:
        if is_disk_full(error):
            raise DiskFullError from error
        raise


def wait_for_room(folder: Path, stop: threading.Event) -> None:
    """Wait until a few notes fit on the disk, and no longer than until `stop` is set."""
    waiting = False
    while free_bytes(folder) < _NOTES_BYTES and not stop.wait(_PAUSE_SECONDS):
        if not waiting:
            log.error("the disk is full at %s: waiting until there is room", folder)
        waiting = True


def sentence_for(error: Exception, what: str, otherwise: str) -> str:
    """What a user is told of an error: a GiffusionError's text, or of any other `otherwise`.

    `what` happened is logged with errors that the operator has to mend.
    """
    if full := _saying_full(error):
        if not isinstance(full, DiskFullError):  # else whoever raised it has told why
            log.error("%s: the disk is full (%s)", what, full)
        return str(DiskFullError())
    if isinstance(error, GiffusionError):
        return str(error)
    log.error("%s", what, exc_info=error)
    return otherwise


def _saying_full(error: BaseException) -> BaseException | None:
    """The first cause of all, of those that are a full disk."""
    return next(filter(_says_full, reversed(list(_chain(error)))), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _says_full(error: BaseException) -> bool:
    return (
        isinstance(error, DiskFullError)
        or getattr(error, "errno", None) in _NO_ROOM  # FFmpeg's errors have one too
        or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(error, "sqlstate", None) == _POSTGRES_NO_ROOM
    )
