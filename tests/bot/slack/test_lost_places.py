"""Cards for messages and channels of Slack that are gone."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.cards import ResultCard, TextCard
from bot.port import Conversation
from bot.slack.delivery import Delivery
from bot.slack.memory import Memory
from bot.slack.place import Place
from bot.slack.workspaces import NoWorkspaceError, Workspace
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import PROGRESS
from tests.support.slack_server import (
    BOT,
    LoopbackSlack,
    Refusal,
    eventually,
)


class NoWorkspaces:
    """The app was uninstalled everywhere."""

    async def of(self, team: str, enterprise: str | None = None) -> Workspace:
        raise NoWorkspaceError("not installed")


def fail_once(method: str) -> Callable[[str], None]:
    """Makes Slack answer with an error what it has done all the same."""
    left = [method]

    def after(called: str) -> None:
        if called in left:
            left.remove(called)
            raise web.HTTPServiceUnavailable

    return after


class TestMessageThatIsGone:
    async def test_a_card_for_a_deleted_message_comes_in_a_new_one(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
    ) -> None:
        job = await started()
        slack.lose_messages()
        moved_to = await adapter.show(job, PROGRESS)
        assert moved_to is not None
        assert "12 of 24" in slack.message.text
        assert await adapter.show(moved_to, TextCard("Cancelled.")) is None
        assert "Cancelled." in slack.message.text

    async def test_the_animation_goes_into_the_new_messages_thread(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        job = await started()
        slack.lose_messages()
        await adapter.show(job, result)
        (file,) = slack.storage.shared
        assert file.shares == [("C1", slack.message.ts)]
        assert "The animation is in the thread." in slack.message.text

    async def test_it_comes_into_the_thread_that_it_was_asked_for_in(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        await slack.mention(f"<@{BOT}> 0: a fox", thread_ts="1600000000.000001")
        await eventually(lambda: service.incoming)
        slack.lose_messages()
        await adapter.show(service.incoming[0].conversation, result)
        assert slack.message.thread == "1600000000.000001"
        assert slack.storage.shared[0].shares == [("C1", "1600000000.000001")]

    @pytest.mark.parametrize("in_thread", [False, True])
    async def test_after_a_kill_the_new_message_is_found_and_not_posted_twice(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        restart: Callable[[], Awaitable[SlackAdapter]],
        in_thread: bool,
    ) -> None:
        ask = slack.mention(f"<@{BOT}> 0: a fox") if in_thread else slack.command("0: a fox")
        await ask
        await eventually(lambda: service.incoming)
        slack.lose_messages()
        await adapter.show(service.incoming[0].conversation, PROGRESS)
        restarted = await restart()
        await restarted.show(service.incoming[0].conversation, TextCard("Cancelled."))
        assert "Cancelled." in slack.message.text

    async def test_a_new_message_whose_posting_got_no_answer_is_not_posted_twice(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
    ) -> None:
        job = await started()
        slack.lose_messages()
        slack.after = fail_once("chat.postMessage")
        with pytest.raises(ConnectionError):
            await adapter.show(job, TextCard("Cancelled."))
        await adapter.show(job, TextCard("Cancelled."))
        assert "Cancelled." in slack.message.text

    @pytest.mark.parametrize("refusal", ["edit_window_closed", "cant_update_message"])
    async def test_so_it_does_where_slack_lets_the_old_one_not_be_edited_any_more(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
        refusal: str,
    ) -> None:
        job = await started()
        slack.faults["chat.update"].append(Refusal(refusal))
        await adapter.show(job, TextCard("Cancelled."))
        assert ["Cancelled." in message.text for message in slack.messages.values()] == [
            False,
            True,
        ]


class TestPlaceThatIsGone:
    @pytest.mark.parametrize("refusal", ["channel_not_found", "not_in_channel", "is_archived"])
    async def test_the_result_comes_by_direct_message_with_the_animation(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
        result: ResultCard,
        refusal: str,
    ) -> None:
        job = await started()
        slack.closed_channels["C1"] = refusal
        await adapter.show(job, PROGRESS)
        moved_to = await adapter.show(job, result)
        assert moved_to is not None
        (direct,) = [found for found in slack.messages.values() if found.channel == "DU1"]
        assert "could not be shown where you asked for it" in direct.text
        assert "The animation is in the thread." in direct.text
        assert slack.storage.shared[0].shares == [("DU1", direct.ts)]

    async def test_cards_on_the_way_are_left_out_and_it_is_logged_once(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        job = await started()
        slack.closed_channels["C1"] = "is_archived"
        for done in range(1, 4):
            await adapter.show(job, replace(PROGRESS, done=done))
        assert slack.calls.count("chat.update") == 1
        assert caplog.text.count("Nothing can be shown in channel C1: is_archived") == 1
        assert len(slack.messages) == 1

    async def test_where_direct_messages_are_closed_too_it_is_logged_and_left(
        self,
        slack: LoopbackSlack,
        started: Callable[[], Awaitable[Conversation]],
        adapter: SlackAdapter,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        job = await started()
        slack.closed_channels |= {"C1": "is_archived", "U1": "messages_tab_disabled"}
        assert await adapter.show(job, TextCard("Cancelled.")) is None
        assert caplog.text.count("Nothing can be shown") == 1

    async def test_an_app_that_was_uninstalled_has_been_told(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        delivery = Delivery(NoWorkspaces(), Memory(tmp_path))
        place = Place(team="T1", channel="C1", ts="1.0", thread="1.0", user="U1")
        assert await delivery.deliver(place, TextCard("Cancelled.")) is None
        assert "Nothing can be shown in channel C1: not installed" in caplog.text
