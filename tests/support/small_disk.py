"""A disk so small that a test can fill it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BALLAST = "ballast"


class SmallDisk:
    """A file system in memory, mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, leaving: int = 0) -> None:
        """Leave so many bytes free."""
        with (self.folder / _BALLAST).open("ab", buffering=0) as ballast:
            os.posix_fallocate(ballast.fileno(), 0, ballast.tell() + max(0, self.free() - leaving))

    def empty(self) -> None:
        """Make room again."""
        (self.folder / _BALLAST).unlink(missing_ok=True)

    def free(self) -> int:
        """The bytes that are free."""
        facts = os.statvfs(self.folder)
        return facts.f_bavail * facts.f_frsize

    def files(self) -> list[str]:
        """The names of all files that are there, but for what fills it."""
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        return sorted(path.name for path in found if path.name != _BALLAST)


@contextmanager
def small_disk(folder: Path, mib: int) -> Iterator[SmallDisk]:
    """A disk of so many MiB for the time of the block; the test is skipped where none can be."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", folder]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
