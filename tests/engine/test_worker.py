"""A worker's host without a bot keeps its house itself."""

import threading
from pathlib import Path

from engine import worker
from engine.configuration import load_configuration
from engine.storage import open_storage


def test_a_workers_host_is_kept_tidy_whatever_goes_wrong(tmp_path: Path, monkeypatch) -> None:
    stop, times = threading.Event(), []

    def keep_house(configuration: object, now: float, storage: object) -> None:
        times.append(now)
        if len(times) == 3:
            stop.set()
        raise OSError("the store is away")

    monkeypatch.setattr(worker, "keep_house", keep_house)
    monkeypatch.setattr(worker, "_HOUSEKEEPING_SECONDS", 0.01)
    storage = open_storage(f"file://{tmp_path}", tmp_path)
    worker._keep_house(load_configuration(), storage, stop)
    assert len(times) == 3
