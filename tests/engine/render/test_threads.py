import os
from pathlib import Path

import pytest
import torch

from engine.render import threads
from engine.render.threads import free_cores, use_threads


def test_threads_are_the_cores_inside_the_containers_quota(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8))
    monkeypatch.setattr(threads, "CGROUP_QUOTA", tmp_path / "cpu.max")
    assert free_cores() == 8
    for quota, cores in [("max 100000", 8), ("250000 100000", 2), ("50000 100000", 1)]:
        (tmp_path / "cpu.max").write_text(quota)
        assert free_cores() == cores


def test_a_thread_count_that_is_asked_for_counts_more(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    use_threads(2)
    assert torch.get_num_threads() == 2
    use_threads()
    assert torch.get_num_threads() == 1
    use_threads(before)
