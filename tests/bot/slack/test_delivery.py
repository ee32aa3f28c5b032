"""Cards brought to their message in Slack, at its rate."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.cards import TextCard, WaitingCard
from bot.port import Conversation
from bot.slack.pacing import EDITS
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

    async def test_a_job_is_not_edited_while_the_rate_is_used_up_by_another(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
    ) -> None:
        jobs = [await started() for _ in range(3)]
        slack.faults["chat.update"].append(RateLimit(1))
        first = asyncio.create_task(adapter.show(jobs[0], TextCard("Cancelled.")))
        await asyncio.sleep(0.2)  # the limit lasts for a second more
        await asyncio.gather(*(adapter.show(job, TextCard("Cancelled.")) for job in jobs[1:]))
        await first  # the Slack of the tests notes whoever calls too soon
        assert all("Cancelled." in message.text for message in slack.messages.values())

    async def test_a_very_long_limit_is_left_to_a_later_try_and_holds_up_no_other_method(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
    ) -> None:
        job = await started()
        slack.faults["chat.update"].append(RateLimit(3_600))
        for _ in range(2):
            with pytest.raises(ConnectionError):
                await adapter.show(job, TextCard("Cancelled."))
        assert slack.calls.count("chat.update") == 1
        await started()
        assert len(slack.messages) == 2

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

    async def test_a_waiting_card_that_slack_does_not_take_is_dropped(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.command("0: an owl")
        await eventually(lambda: service.incoming)
        slack.faults["chat.update"].append(Outage())
        await adapter.show(service.incoming[0].conversation, WaitingCard("Listening…"))
        assert len(slack.message.shown) == 1

    async def test_edits_are_kept_under_fifty_a_minute(self, adapter: SlackAdapter) -> None:
        assert 60 / adapter.capabilities({}).edit_seconds <= 50


class TestProgress:
    async def test_many_jobs_share_the_workspaces_rate_and_last_cards_wait_for_none(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("bot.slack.pacing.SECONDS", 600.0)
        jobs = [await started() for _ in range(4)]
        for done in range(1, 6):
            for job in jobs:
                await adapter.show(job, replace(PROGRESS, done=done))
        assert slack.calls.count("chat.update") == EDITS
        for job in jobs:
            await adapter.show(job, TextCard("Cancelled."))
        assert all("Cancelled." in message.text for message in slack.messages.values())

    async def test_of_cards_that_wait_only_the_newest_is_shown(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("bot.slack.pacing.EDITS", 1)
        monkeypatch.setattr("bot.slack.pacing.SECONDS", 0.5)
        job = await started()
        for done in range(1, 10):
            await adapter.show(job, replace(PROGRESS, done=done))
        await eventually(lambda: len(slack.message.shown) == 3)
        shown = [message["text"] for message in slack.message.shown[1:]]
        assert ["1 of 24" in shown[0], "9 of 24" in shown[1]] == [True, True]
