"""Everybody who asks at once is acknowledged before anybody's command is carried out."""

import asyncio

from bot.discord import crowd
from bot.discord.crowd import Crowd


async def test_a_command_waits_until_all_are_acknowledged():
    together, told = Crowd(), []

    async def ask(name, seconds):
        with together.acknowledging():
            await asyncio.sleep(seconds)
            told.append(f"{name} acknowledged")
        await together.acknowledged()
        told.append(f"{name} carried out")

    await asyncio.gather(ask("ann", 0), ask("ben", 0.02), ask("cat", 0.01))

    assert told[:3] == ["ann acknowledged", "cat acknowledged", "ben acknowledged"]
    assert sorted(told[3:]) == ["ann carried out", "ben carried out", "cat carried out"]


async def test_an_acknowledgement_that_fails_or_hangs_holds_up_nobody_for_long(monkeypatch):
    monkeypatch.setattr(crowd, "_LONGEST_WAIT", 0.01)
    together = Crowd()
    try:
        with together.acknowledging():
            raise ConnectionError
    except ConnectionError:
        pass
    await together.acknowledged()

    with together.acknowledging():
        await together.acknowledged()
