"""Which workers live, by the database's clock."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.queue.store import open_store
from engine.queue.workers import Registry, worker_of

LEASE = 0.4


@pytest.fixture
def opened(url: str) -> str:
    open_store(url).destroy()
    return url


@pytest.fixture
def registry(opened: str):
    registry = Registry(opened, LEASE)
    yield registry
    registry.close()


def dead(registry: Registry) -> list[str]:
    """The dead, after workers were silent for more than a lease."""
    for _ in range(2):
        time.sleep(LEASE / 2 + 0.05)
        found = [each.life for each in registry.dead()]
    return found


def test_a_worker_lives_from_joining_to_leaving(registry: Registry) -> None:
    life = registry.join("host-cuda-0", "lock")
    assert worker_of(life) == "host-cuda-0"
    assert registry.living() == [life]
    registry.leave(life)
    assert not registry.living()
    assert not registry.known()


def test_a_worker_that_is_silent_for_a_lease_is_dead(registry: Registry) -> None:
    silent, other = registry.join("a", "1"), registry.join("b", "2")
    time.sleep(LEASE / 2 + 0.05)
    assert not registry.dead()
    time.sleep(LEASE / 2 + 0.05)
    assert registry.beat(other)
    assert [each.life for each in registry.dead()] == [silent]


def test_nobody_is_dead_when_the_database_was_away_for_long(registry: Registry) -> None:
    life = registry.join("a", "1")
    time.sleep(3 * LEASE)  # in which nobody reaches it
    assert not registry.dead()
    assert registry.beat(life)
    assert not registry.dead()


def test_whoever_holds_a_workers_lock_knows_that_the_one_before_is_dead(registry: Registry) -> None:
    before, other = registry.join("a", "lock"), registry.join("a", "lock of another machine")
    assert [each.life for each in registry.dead("lock")] == [before]
    assert registry.beat(other)


def test_of_many_one_takes_charge_of_the_dead(registry: Registry) -> None:
    life = registry.join("a", "1")
    assert dead(registry) == [life]
    (found,) = registry.dead()
    with ThreadPoolExecutor(4) as threads:
        claims = list(threads.map(lambda _: registry.claim(found), range(8)))
    assert len([claim for claim in claims if claim]) == 1


def test_a_worker_that_shows_up_in_time_is_not_claimed_one_that_is_late_is_told(
    registry: Registry,
) -> None:
    life = registry.join("a", "1")
    assert dead(registry) == [life]
    (found,) = registry.dead()
    assert registry.beat(life)
    assert not registry.claim(found)
    assert dead(registry) == [life]
    (found,) = registry.dead()
    assert registry.claim(found)
    assert not registry.beat(life)


def test_one_who_took_charge_and_died_is_followed_by_another(registry: Registry) -> None:
    life = registry.join("a", "1")
    assert dead(registry) == [life]
    first = registry.claim(registry.dead()[0])
    assert not registry.dead()
    assert dead(registry) == [life]
    second = registry.claim(registry.dead()[0])
    assert first and second
    registry.forget(life, first)
    assert registry.known() == {life}
    registry.forget(life, second)
    assert not registry.known()


def test_processes_that_begin_together_make_one_table(opened: str) -> None:
    registries = [Registry(opened) for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        lives = list(threads.map(lambda each: each.join("a", "1"), registries))
    assert registries[0].known() == set(lives)
    for each in registries:
        each.close()
