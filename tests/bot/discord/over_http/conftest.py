"""Fixtures of a Discord over real HTTP, with a service that plays."""

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.cards import ResultCard
from bot.discord import connection
from bot.discord_adapter import DiscordAdapter
from tests.support.discord_over_http import LINK, PROMPTS, connect
from tests.support.discord_server import LoopbackDiscord
from tests.support.discord_service import JOB, PlayingService


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Keep discord.py's own addresses for other tests, and wait for nothing long."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    websocket = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(websocket, "DEFAULT_GATEWAY", websocket.DEFAULT_GATEWAY)
    monkeypatch.setattr(connection, "FIRST_PAUSE", 0.05)


@pytest.fixture
async def server() -> AsyncIterator[LoopbackDiscord]:
    server = LoopbackDiscord()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def service() -> PlayingService:
    return PlayingService()


@pytest.fixture
async def adapter(service, server, tmp_path) -> AsyncIterator[DiscordAdapter]:
    adapter = connect(service, server, tmp_path)
    await adapter.start()
    await server.wait_for_gateway()
    yield adapter
    await adapter.stop()


@pytest.fixture
def result(tmp_path: Path) -> ResultCard:
    file = tmp_path / "animation.mp4"
    file.write_bytes(b"an animation" * 100)
    return ResultCard(JOB, PROMPTS, file, (("seed", "42"),), LINK, False, seconds=12.4)
