"""The house is kept at the start and again and again, whatever goes wrong."""

import asyncio

import pytest

from bot import housekeeping
from bot.housekeeping import Housekeeper


@pytest.fixture
def kept(monkeypatch):
    """The times at which the house was kept, the first of them in vain."""
    times = []

    def keep_house(configuration, now, storage):
        times.append(now)
        if len(times) == 1:
            raise OSError("the store is away")

    monkeypatch.setattr(housekeeping, "keep_house", keep_house)
    monkeypatch.setattr(housekeeping, "_SECONDS", 0.01)
    return times


async def test_a_failure_is_logged_and_the_next_round_comes(kept, caplog):
    housekeeper = Housekeeper(None)
    housekeeper.start()
    async with asyncio.timeout(10):
        while len(kept) < 3:
            await asyncio.sleep(0.005)
    await housekeeper.stop()
    rounds = len(kept)
    await asyncio.sleep(0.05)
    assert len(kept) == rounds
    assert caplog.text.count("housekeeping stopped half-way") == 1
    assert "the store is away" in caplog.text


async def test_one_that_never_started_can_be_stopped():
    await Housekeeper(None).stop()
