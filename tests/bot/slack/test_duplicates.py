"""What Slack delivers again after a restart."""

from collections.abc import Awaitable, Callable

import pytest

from bot.commands import parse_command
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_server import (
    LoopbackSlack,
    Silence,
    eventually,
)


class TestAgain:
    async def test_a_command_that_the_killed_bot_had_answered_is_left_alone(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        restart: Callable[[], Awaitable[SlackAdapter]],
    ) -> None:
        await slack.command("0: a fox", trigger="the same")
        await eventually(lambda: service.incoming)
        await restart()
        await slack.command("0: a fox", trigger="the same")
        await slack.command("0: an owl")
        await eventually(lambda: len(service.incoming) == 2)
        assert service.incoming[1].command == parse_command("0: an owl")

    async def test_one_that_it_was_killed_over_is_taken_again(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        restart: Callable[[], Awaitable[SlackAdapter]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("bot.slack_adapter._STOP_SECONDS", 0.1)
        slack.faults["chat.postMessage"].append(Silence(done=False))
        await slack.command("0: a fox", trigger="the same")
        await eventually(lambda: "chat.postMessage" in slack.calls)
        await restart()
        await slack.command("0: a fox", trigger="the same")
        await eventually(lambda: service.incoming)
