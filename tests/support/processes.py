"""What a process and its children take."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

# What multiprocessing starts once and keeps until its process ends.
_KEPT = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")


def children() -> list[psutil.Process]:
    """The children of this process, with all that they started; not those Python itself keeps."""
    started = [child for child in psutil.Process().children() if not _is_kept(child)]
    return [each for child in started for each in (child, *child.children(recursive=True))]


def _is_kept(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any(name in word for word in process.cmdline() for name in _KEPT)
    return False


def peak_memory(process: psutil.Process) -> float:
    """The most memory that a process ever had, in MiB; 0 where the system doesn't tell."""
    status = Path(f"/proc/{process.pid}/status")
    return _field(status, "VmHWM") if status.exists() else 0.0


@dataclass
class Growth:
    """By how many MiB a process grew at most; known at the end."""

    mib: float = 0.0


@contextmanager
def measured_growth() -> Iterator[Growth]:
    """How much more memory this process has at most than at the beginning.

    Linux keeps the peak and forgets it on request (proc(5), clear_refs); elsewhere it is 0.
    """
    growth, status = Growth(), Path("/proc/self/status")
    if not status.exists():
        yield growth
        return
    Path("/proc/self/clear_refs").write_text("5")
    before = _field(status, "VmHWM")
    yield growth
    growth.mib = _field(status, "VmHWM") - before


def _field(status: Path, name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB", status.read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
