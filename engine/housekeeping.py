"""What is kept no longer: ended jobs, their files, old sessions, what killed processes left.

All of it may run in several processes at once, on one store: nothing here is done twice that does
harm, and what has vanished meanwhile is no error.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from dbos import DBOSClient

from engine.configuration import Configuration
from engine.queue.expiry import delete_jobs, files_of_open_jobs, over_before
from engine.queue.store import connect
from engine.sessions.expiry import expire_sessions, last_change, remove_half_written
from engine.sessions.sharing import expire_shared, remove_copies, remove_half_stored
from engine.storage import ONE_BOX, Storage

_DAY = 24 * 3600.0
_HOUR = 3600.0
"""What was not changed for so long, and belongs to no open job, belongs to a process that died."""
_TEMPORARY = ("giffusion-decoder-", "giffusion-keyframes-")
"""How the names of the folders begin that our child processes have; a live one can do without."""

log = logging.getLogger(__name__)


def keep_house(configuration: Configuration, now: float, storage: Storage = ONE_BOX) -> None:
    """Delete all whose time is over by `[housekeeping]`, and what killed processes left behind.

    `now` is in seconds since 1970. What goes of this data folder goes of what hosts share as well.
    Nothing of an open job goes. Blocks. The store must have been opened before.
    """
    kept = configuration.housekeeping
    removed = {"leftovers": _remove_temporary(now - _HOUR)}
    store = connect(configuration.queue_url)
    try:
        # Files first: where the disk is full, the store can delete nothing before there is room.
        removed["jobs' files"] = _remove_files(
            configuration.inputs, store, now - _HOUR, now - kept.inputs_days * _DAY, storage
        )
        removed["unfinished renders"] = _remove_files(
            configuration.work, store, now - _HOUR, now, storage
        )
        removed["leftovers"] += remove_half_written(
            configuration.sessions, now - _HOUR, partial(over_before, store, before=now)
        )
        removed["leftovers"] += remove_half_stored(
            configuration.sessions, storage, now - _HOUR, partial(over_before, store, before=now)
        )
        needed = {Path(file).parent.name for file in files_of_open_jobs(store)}
        if kept.sessions_days:
            before = now - kept.sessions_days * _DAY
            removed["sessions"] = expire_sessions(configuration.sessions, before, needed)
            removed["sessions"] += expire_shared(configuration.sessions, storage, before, needed)
        removed["copies of sessions"] = remove_copies(
            configuration.sessions, storage, now - _DAY, needed
        )
        removed["jobs"] = delete_jobs(store, now - kept.jobs_days * _DAY)
    finally:
        store.destroy()
    if told := ", ".join(f"{count} {what}" for what, count in removed.items() if count):
        log.info("removed %s", told)


def _remove_files(
    root: Path, store: DBOSClient, untouched: float, before: float, storage: Storage
) -> int:
    """Delete the folders of jobs that ended before a time, and of what never became a job."""
    here = {path.name for path in _old_folders(root, untouched)}
    there = _old_there(root, storage, untouched)
    over = over_before(store, here | there, before)
    for name in over & here:
        shutil.rmtree(root / name, ignore_errors=True)
    for name in over & there:
        storage.remove(root / name)
    return len(over)


def _old_there(root: Path, storage: Storage, untouched: float) -> set[str]:
    """The shared folders in `root` in which nothing was changed since."""
    changed: dict[str, float] = {}
    for name, when in storage.changed(root).items():
        folder = name.partition("/")[0]
        changed[folder] = max(when, changed.get(folder, when))
    return {folder for folder, when in changed.items() if when < untouched}


def _remove_temporary(before: float) -> int:
    """Delete what the processes that read files had for themselves."""
    left = list(_old_folders(Path(tempfile.gettempdir()), before, _TEMPORARY))
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _old_folders(
    root: Path, untouched: float, beginnings: tuple[str, ...] = ("",)
) -> Iterator[Path]:
    """The folders in `root` whose names begin so, and in which nothing was changed since."""
    for path in root.iterdir() if root.is_dir() else ():
        if (
            path.name.startswith(beginnings)
            and path.is_dir()
            and not path.is_symlink()
            and last_change(path) < untouched
        ):
            yield path
