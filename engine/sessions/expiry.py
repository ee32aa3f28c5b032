"""Sessions that are kept no longer, and those that nobody will finish.

All of it may run in several processes at once: what has vanished meanwhile is no error.
"""

import os
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from engine.sessions.record import EXPIRED, ID, PARTIAL, RECORD
from engine.sessions.removal import expire


def expire_sessions(root: Path, before: float, needed: Collection[str]) -> int:
    """Delete the sessions saved before a time (in seconds since 1970); how many those were.

    Those whose ids are `needed` stay. For a link to say that its session is expired, a mark stays
    in its place; marks made before that time go as well.
    """
    expired = 0
    for folder in folders(root):
        if _changed(folder / RECORD) < before and folder.name not in needed:
            expire(folder)
            expired += 1
        elif _changed(folder / EXPIRED) < before and not (folder / RECORD).exists():
            shutil.rmtree(folder, ignore_errors=True)
    return expired


def remove_half_written(
    root: Path, before: float, over: Callable[[Collection[str]], Collection[str]]
) -> int:
    """Delete what renders left behind that nothing was added to since a time; how many those were.

    `over` tells which of some jobs nobody works on any more.
    """
    left = {
        folder.name: folder
        for folder in folders(root)
        if _is_unfinished(folder) and last_change(folder) < before
    }
    unfinished = [left[job] for job in over(left)]
    for folder in unfinished:
        whole = (folder / RECORD).exists()
        shutil.rmtree(folder / PARTIAL if whole else folder, ignore_errors=True)
    return len(unfinished)


def last_change(folder: Path) -> float:
    """When something in a folder was last changed, in seconds since 1970."""
    paths = (Path(at, name) for at, _, names in os.walk(folder) for name in (*names, "."))
    return max((_changed(path) for path in paths), default=float("inf"))


def _is_unfinished(folder: Path) -> bool:
    finished = (folder / RECORD).exists() or (folder / EXPIRED).exists()
    return not finished or (folder / PARTIAL).exists()


def folders(root: Path) -> Iterator[Path]:
    """The folders of sessions below `root`."""
    if root.is_dir():
        yield from (path for path in root.iterdir() if ID.fullmatch(path.name))


def _changed(path: Path) -> float:
    """When a file was changed; never, to be compared, if there is none."""
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")
