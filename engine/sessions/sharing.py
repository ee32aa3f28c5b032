"""The sessions that hosts share: those kept no longer, and the copies that hosts have of them.

All of it may run on several hosts at once: what has vanished meanwhile is no error.
"""

import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from engine.sessions.expiry import folders, last_change
from engine.sessions.record import EXPIRED, ID, RECORD
from engine.sessions.removal import expire_for_all
from engine.storage import Storage


def expire_shared(root: Path, storage: Storage, before: float, needed: Collection[str]) -> int:
    """Delete the sessions stored before a time, as `expire_sessions` does; how many those were."""
    expired = 0
    for id, files in shared(root, storage).items():
        if files.get(RECORD, before) < before and id not in needed:
            expire_for_all(root / id, storage, files)
            expired += 1
        elif RECORD not in files and files.get(EXPIRED, before) < before:
            storage.remove(root / id)
    return expired


def remove_half_stored(
    root: Path,
    storage: Storage,
    before: float,
    over: Callable[[Collection[str]], Collection[str]],
) -> int:
    """Delete what workers that were killed had stored of sessions; how many those were."""
    left = [
        id
        for id, files in shared(root, storage).items()
        if RECORD not in files and EXPIRED not in files and max(files.values()) < before
    ]
    unfinished = over(left)
    for id in unfinished:
        storage.remove(root / id)
    return len(unfinished)


def remove_copies(root: Path, storage: Storage, before: float, needed: Collection[str]) -> int:
    """Delete copies of sessions, stored or expired, made before a time; how many those were.

    They are fetched again when somebody asks for them.
    """
    removed = 0
    stored = shared(root, storage)
    for folder in folders(root):
        is_copy = (folder / RECORD).exists() and folder.name in stored
        if is_copy and folder.name not in needed and last_change(folder) < before:
            (folder / RECORD).unlink(missing_ok=True)  # first, so that nobody finds half of it
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def shared(root: Path, storage: Storage) -> Mapping[str, Mapping[str, float]]:
    """The files of each stored session, with the times of their storage."""
    found: dict[str, dict[str, float]] = {}
    for name, changed in storage.changed(root).items():
        id, _, file = name.partition("/")
        if ID.fullmatch(id):
            found.setdefault(id, {})[file] = changed
    return found
