"""Slack's Socket Mode, and its tokens."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from bot.slack_adapter import SlackAdapter
from engine.errors import ConfigurationError
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import QUEUED
from tests.support.slack_server import (
    APP_TOKEN,
    BOT_TOKEN,
    Fault,
    LoopbackSlack,
    Outage,
    Silence,
    eventually,
)


class TestConnection:
    @pytest.mark.parametrize(
        ("bad", "named"), [(BOT_TOKEN, "bot token"), (APP_TOKEN, "app-level token")]
    )
    async def test_a_refused_token_is_reported_at_once_and_not_tried_again(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        new_adapter: Callable[[], SlackAdapter],
        bad: str,
        named: str,
    ) -> None:
        slack.tokens.remove(bad)
        adapter = new_adapter()
        with pytest.raises(ConfigurationError, match=f"{named} is refused.*invalid_auth") as caught:
            await adapter.start()
        assert BOT_TOKEN not in str(caught.value)
        assert APP_TOKEN not in str(caught.value)
        assert slack.calls.count("apps.connections.open") <= 1
        await adapter.stop()

    @pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
    @pytest.mark.parametrize("fault", [Silence(done=False), Outage()])
    async def test_a_slack_that_is_away_at_the_start_is_tried_again(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        new_adapter: Callable[[], SlackAdapter],
        monkeypatch: pytest.MonkeyPatch,
        method: str,
        fault: Fault,
    ) -> None:
        monkeypatch.setattr("bot.slack.client.START_SECONDS", 0.1)
        monkeypatch.setattr("bot.slack_adapter._FIRST_PAUSE", 0.01)
        slack.faults[method].append(fault)
        adapter = new_adapter()
        await adapter.start()
        await eventually(lambda: slack.socket.connections)
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        await adapter.stop()

    async def test_the_operator_is_told_of_missing_scopes(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        new_adapter: Callable[[], SlackAdapter],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        slack.scopes = "commands,chat:write,app_mentions:read"
        adapter = new_adapter()
        await adapter.start()
        await adapter.stop()
        assert (
            "lacks scopes: channels:history, files:read, files:write, groups:history" in caplog.text
        )

    async def test_commands_come_through_after_slack_asks_to_reconnect(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.socket.connections[0].send_json({"type": "disconnect", "reason": "warning"})
        await eventually(lambda: len(slack.socket.connections) == 2)
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)

    async def test_commands_come_through_after_the_connection_broke(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.socket.connections[0].close()
        await eventually(lambda: len(slack.socket.connections) == 2)
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)

    async def test_nonsense_from_the_socket_stops_nothing(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        socket = slack.socket.connections[0]
        for nonsense in ("{", "[]", "null", '{"type": "events_api"}'):
            await socket.send_str(nonsense)
        hollow = {"type": "event_callback", "event": {"type": "app_mention"}}
        await slack.socket.deliver("events_api", hollow)
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)

    async def test_stopping_lets_a_command_that_is_being_recorded_come_to_its_end(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.cards = [QUEUED]
        service.open.clear()
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        asyncio.get_running_loop().call_later(0.05, service.open.set)
        await adapter.stop()
        assert "Place 3" in slack.message.text

    async def test_no_token_is_ever_logged(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        new_adapter: Callable[[], SlackAdapter],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        adapter = new_adapter()
        await adapter.start()
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        await adapter.stop()
        assert BOT_TOKEN not in caplog.text
        assert APP_TOKEN not in caplog.text
