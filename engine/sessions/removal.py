"""A session's end: its files go, a mark stays that it was there.

All of it may run in several processes at once: what has vanished meanwhile is no error.
"""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from engine.sessions.record import EXPIRED, PARTIAL, RECORD
from engine.storage import Storage


def expire(folder: Path) -> None:
    """Leave of a session no more than the mark that it is expired."""
    (folder / RECORD).unlink(missing_ok=True)  # first, so that nobody finds half of it
    with suppress(OSError):  # on a full disk there may be no mark
        for path in folder.iterdir():
            if path.name != PARTIAL:
                path.unlink(missing_ok=True)
        (folder / EXPIRED).touch()


def expire_for_all(folder: Path, storage: Storage, files: Collection[str]) -> None:
    """The same of what hosts share as well, where it has these `files`."""
    folder.mkdir(parents=True, exist_ok=True)
    expire(folder)
    if (folder / EXPIRED).exists():
        storage.push(folder / EXPIRED)
    # The record goes before what it tells of, so that nobody finds half of it.
    for name in sorted(set(files) - {EXPIRED}, key=lambda name: name != RECORD):
        storage.remove(folder / name)
