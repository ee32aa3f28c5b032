"""Cards brought to their message in Slack, whatever becomes of it."""

import pytest

from bot.cards import TextCard, WaitingCard
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import PROGRESS
from tests.support.slack_server import (
    Fault,
    LoopbackSlack,
    Outage,
    RateLimit,
    Refusal,
    eventually,
)


class TestLimits:
    async def test_a_rate_limit_is_waited_out(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        slack.faults["chat.update"].append(RateLimit(1))
        service.cards = [TextCard("Here is the help.")]
        await slack.command("0: a fox")
        await eventually(lambda: slack.messages and "the help" in slack.message.text)
        assert slack.calls.count("chat.update") == 2

    @pytest.mark.parametrize("fault", [Refusal("ratelimited"), Outage()])
    async def test_a_last_card_that_slack_cannot_take_now_is_reported_to_be_shown_again(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, fault: Fault
    ) -> None:
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        slack.faults["chat.update"].extend([fault, fault])
        await adapter.show(service.incoming[0].conversation, PROGRESS)
        with pytest.raises(ConnectionError):
            await adapter.show(service.incoming[0].conversation, TextCard("Cancelled."))
        await adapter.show(service.incoming[0].conversation, TextCard("Cancelled."))
        assert "Cancelled." in slack.message.text

    async def test_a_card_for_a_deleted_message_is_dropped(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        slack.messages.clear()
        await adapter.show(service.incoming[0].conversation, TextCard("Cancelled."))

    async def test_a_waiting_card_that_slack_does_not_take_is_dropped(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.command("keyframes")
        await eventually(lambda: service.incoming)
        slack.faults["chat.update"].append(Outage())
        await adapter.show(service.incoming[0].conversation, WaitingCard("Listening…"))
        assert len(slack.message.shown) == 1

    async def test_edits_are_kept_under_fifty_a_minute(self, adapter: SlackAdapter) -> None:
        assert 60 / adapter.capabilities({}).edit_seconds <= 50
