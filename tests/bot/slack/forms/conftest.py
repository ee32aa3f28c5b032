"""Fixtures of forms in Slack."""

import pytest

from bot.cards import ResultCard
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_server import LoopbackSlack, eventually


@pytest.fixture
async def animation(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, result: ResultCard
) -> None:
    """An animation that stands in the channel, with its buttons."""
    service.cards = [result]
    await slack.command("0: a fox | 24: an owl")
    await eventually(lambda: slack.messages and "Made in" in slack.message.text)
    service.cards = []
    service.incoming.clear()
