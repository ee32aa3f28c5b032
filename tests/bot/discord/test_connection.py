"""Staying connected, and letting go."""

import asyncio

from bot.discord import connection
from bot.discord.connection import Connection


class DeafClient:
    """A client that loses the first cancellation it gets, as discord.py can while it connects."""

    def __init__(self, logged_in):
        self._logged_in = logged_in
        self.closed = False
        self.connecting = asyncio.Event()

    async def login(self, token):
        self._logged_in.set()

    async def connect(self):
        self.connecting.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(60)

    async def close(self):
        self.closed = True

    def is_closed(self):
        return self.closed


async def test_stopping_ends_even_if_a_cancellation_gets_lost(monkeypatch):
    monkeypatch.setattr(connection, "STOP_SECONDS", 0.01)
    bot = Connection("token", DeafClient)
    await bot.start()
    await bot.client.connecting.wait()
    async with asyncio.timeout(5):
        await bot.stop()
    assert bot.client.closed
