"""A worker's heartbeat, and what it leaves, while the store can't be written."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from engine.queue.life import Life
from engine.queue.store import connect, open_store
from engine.queue.workers import Registry

LEASE = 0.6
FULL = OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    open_store(url).destroy()
    registry = Registry(url, LEASE)
    yield registry
    registry.close()


@pytest.fixture
def life(registry: Registry, tmp_path: Path) -> Iterator[Life]:
    store = connect(f"sqlite:///{tmp_path / 'jobs.db'}")
    yield Life(store, registry, "device-0", "lock")
    store.destroy()


def test_a_heartbeat_that_cannot_be_written_is_tried_again_and_told_once(
    registry: Registry,
    life: Life,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    beat, tries, came_through = registry.beat, iter(range(3)), threading.Event()

    def failing_at_first(name: str) -> bool:
        for _ in tries:
            raise FULL
        came_through.set()
        return beat(name)

    monkeypatch.setattr(registry, "beat", failing_at_first)
    with caplog.at_level(logging.WARNING), life:
        assert came_through.wait(20)
    assert caplog.messages == ["no sign of life can be given: database or disk is full"]
    assert not life.cut_off.is_set()
    assert registry.living() == [life.name]


def test_a_worker_that_can_give_nothing_back_is_left_to_those_who_look_for_the_dead(
    registry: Registry, life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise FULL

    life.ends()
    with monkeypatch.context() as context:
        context.setattr("engine.queue.life.hand_over", full)
        life.leave()
    (left,) = registry.dead("lock")
    assert (left.life, left.stopping) == (life.name, True)
    life.leave()
    assert not registry.known()
