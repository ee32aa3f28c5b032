"""What hosts share, below one address of an fsspec file system."""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from engine.disk import is_disk_full
from engine.errors import RenderCancelled, StorageError
from engine.storage.interface import Storage

_PATIENCE_SECONDS = 10.0
"""How long somebody is kept waiting who can be told to try again."""
_RENDER_PATIENCE_SECONDS = 3600.0
"""How long a render waits: what it has is worth more than its worker's time."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_PARTIAL = ".partial"

_OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci"}

log = logging.getLogger(__name__)

R = TypeVar("R")


class SharedStorage:
    """The files below `root` of an fsspec file system; `data` is the working copy."""

    def __init__(
        self, files: Any, root: str, data: Path, stop: threading.Event | None = None
    ) -> None:
        self._files = files
        self._root = root.rstrip("/")
        self._data = data
        self._stop = stop

    def __str__(self) -> str:
        return f"{self._root}, for several hosts"

    def push(self, path: Path) -> None:
        """Show a file, or all files of a folder, to the other hosts."""
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            self._patiently(self._put, file)

    def pull(self, folder: Path, last: str = "") -> frozenset[str]:
        """Fetch what is in a folder there and not here; the names of all that are there."""
        names = [name for name in self._patiently(self._find, folder) if "/" not in name]
        for name in sorted(names, key=lambda name: (name.endswith(last), name)):
            if not (folder / name).exists():
                self._patiently(self._get, folder / name)
        return frozenset(names)

    def remove(self, path: Path) -> None:
        """Delete a file or folder there, if it is there; what is here stays."""
        SharedStorage(self._files, self._root, self._data)._patiently(self._delete, path)

    def changed(self, folder: Path) -> Mapping[str, float]:
        """When each file below a folder was stored, in seconds since 1970; by `a` or `a/b`."""
        return self._patiently(self._find, folder)

    def until(self, stop: threading.Event) -> Storage:
        """The same, patient, but no longer than until `stop` is set."""
        return SharedStorage(self._files, self._root, self._data, stop)

    def _put(self, file: Path) -> None:
        self._check_root()
        target = self._there(file)
        if shows_whole_files(self._files):
            self._files.put_file(str(file), target)
            return
        unnamed = f"{target}.{secrets.token_hex(8)}{_PARTIAL}"
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
        try:
            self._files.put_file(str(file), unnamed)
            self._files.mv(unnamed, target)
        except BaseException:
            self._delete_at(unnamed)
            raise

    def _get(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        unnamed = file.with_name(f"{file.name}.{secrets.token_hex(8)}{_PARTIAL}")
        try:
            self._files.get_file(self._there(file), str(unnamed))
            with unnamed.open("rb") as written:
                os.fsync(written.fileno())
            unnamed.replace(file)
        except FileNotFoundError:
            log.debug("%s was deleted while it was fetched", file)
        finally:
            unnamed.unlink(missing_ok=True)

    def _delete(self, path: Path) -> None:
        self._delete_at(self._there(path))

    def _delete_at(self, there: str) -> None:
        self._files.invalidate_cache()
        try:
            self._files.rm(there, recursive=True)
        except FileNotFoundError:
            return

    def _find(self, folder: Path) -> dict[str, float]:
        """The files there, by their names from that folder on, with the times of their storage."""
        self._check_root()
        self._files.invalidate_cache()  # other hosts write too
        there = self._there(folder)
        found = self._files.find(there, detail=True)
        return {
            name.removeprefix(there).lstrip("/"): self._stored(name, facts)
            for name, facts in found.items()
            if not name.endswith(_PARTIAL)
        }

    def _stored(self, name: str, facts: Mapping[str, Any]) -> float:
        told = ("LastModified", "last_modified", "mtime", "updated", "created")
        when = next((facts[key] for key in told if key in facts), None)
        when = self._files.modified(name) if when is None else when
        when = datetime.fromisoformat(when) if isinstance(when, str) else when
        return when.timestamp() if isinstance(when, datetime) else float(when)

    def _check_root(self) -> None:
        """FileNotFoundError where a network's folder is away: it must not look empty."""
        if not shows_whole_files(self._files) and not self._files.isdir(self._root):
            raise FileNotFoundError(f"there is no folder {self._root}")

    def _there(self, path: Path) -> str:
        return f"{self._root}/{path.relative_to(self._data).as_posix()}"

    def _patiently(self, do: Callable[[Path], R], path: Path) -> R:
        """Do it, again and again while the store can't be reached."""
        patience = _PATIENCE_SECONDS if self._stop is None else _RENDER_PATIENCE_SECONDS
        stop = self._stop or threading.Event()
        until, pause = time.monotonic() + patience, _FIRST_PAUSE
        while True:
            try:
                return do(path)
            except Exception as error:
                if is_disk_full(error):
                    raise
                if time.monotonic() + pause > until:
                    raise StorageError from error
                log.warning("storage.url: %s: %s; again in %.1f s", path, error, pause)
            if stop.wait(pause):
                raise RenderCancelled("the render was stopped")
            pause = min(2 * pause, _LONGEST_PAUSE)


def shows_whole_files(files: Any) -> bool:
    """Whether an fsspec file system shows a file only once it is written, and has no folders.

    Others get every file under another name first.
    """
    protocol = files.protocol
    protocols = (protocol,) if isinstance(protocol, str) else protocol
    return not _OBJECT_STORES.isdisjoint(protocols)
