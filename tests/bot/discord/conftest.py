"""Fixtures of a Discord in memory, with the real discord.py and a service that plays."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import discord
import pytest
import simcord

from bot.discord_adapter import DiscordAdapter
from tests.support.discord_service import PlayingService


@pytest.fixture
def service() -> PlayingService:
    return PlayingService()


@pytest.fixture
def adapter(service: PlayingService, tmp_path: Path) -> DiscordAdapter:
    return DiscordAdapter(service, "token", tmp_path / "discord")


@pytest.fixture
def simcord_bot(adapter: DiscordAdapter) -> discord.Client:
    return adapter.client


@pytest.fixture
def channel(simcord_env: simcord.Env) -> simcord.ChannelHandle:
    return simcord_env.create_guild().create_text_channel("animations")


@pytest.fixture
def alice(simcord_env: simcord.Env, channel: simcord.ChannelHandle) -> simcord.MemberActor:
    return simcord_env.guild.add_member(simcord_env.create_user("alice"))


@pytest.fixture
def restart(
    simcord_env: simcord.Env, service: PlayingService, tmp_path: Path
) -> Callable[[], Awaitable[None]]:
    """The bot ends and starts anew: all that it had in memory is gone."""

    async def again() -> None:
        await simcord_env.restart_bot(DiscordAdapter(service, "token", tmp_path / "discord").client)

    return again
