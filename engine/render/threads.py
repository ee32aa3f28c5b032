"""The CPU threads that torch computes on."""

import math
import os
from pathlib import Path

import torch

CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def use_threads(count: int | None = None) -> None:
    """Let torch compute on `count` CPU threads.

    By default: OMP_NUM_THREADS, or else the cores that this process may really use. One thread more
    than that makes every thread wait for the others, hundreds of times a step.
    """
    wish = os.environ.get("OMP_NUM_THREADS", "")
    torch.set_num_threads(count or (int(wish) if wish.isdecimal() and int(wish) else free_cores()))


def free_cores() -> int:
    """The cores this process may use: its CPU affinity, within its container's quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = CGROUP_QUOTA.read_text().split()
        return max(1, min(cores, math.floor(int(quota) / int(period))))
    except (OSError, ValueError):  # no container, or "max": no quota
        return cores
