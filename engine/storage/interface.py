"""What can be done with what hosts share, and how one box alone does it."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    """What hosts share. Paths are those of the working copy, below the data folder.

    All of it blocks. Where the store can't be reached it is tried again for some seconds; then it
    is a StorageError.
    """

    def push(self, path: Path) -> None:
        """Show a file, or all files of a folder, to the other hosts."""
        ...

    def pull(self, folder: Path, last: str = "") -> frozenset[str]:
        """Fetch what is in a folder there and not here; the names of all that are there.

        Those that end in `last` come after the others.
        """
        ...

    def remove(self, path: Path) -> None:
        """Delete a file or folder there, if it is there; what is here stays.

        Nobody waits for that long: what can't be deleted now, the housekeeping will.
        """
        ...

    def changed(self, folder: Path) -> Mapping[str, float]:
        """When each file below a folder was stored, in seconds since 1970; by `a` or `a/b`."""
        ...

    def until(self, stop: threading.Event) -> "Storage":
        """The same for a render: it waits an hour for the store, or RenderCancelled on `stop`."""
        ...


class OneBox:
    """Nothing is shared: the data folder itself has the truth."""

    def __str__(self) -> str:
        return "none; one box needs none"

    def push(self, path: Path) -> None:
        """Nothing to do."""

    def pull(self, folder: Path, last: str = "") -> frozenset[str]:
        """Nothing to fetch."""
        return frozenset()

    def remove(self, path: Path) -> None:
        """Nothing to do."""

    def changed(self, folder: Path) -> Mapping[str, float]:
        """Nothing is stored."""
        return {}

    def until(self, stop: threading.Event) -> Storage:
        """The same."""
        return self


ONE_BOX = OneBox()
