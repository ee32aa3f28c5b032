"""Buttons in Slack."""

import pytest

from bot.cards import ResultCard
from bot.gestures.actions import Action
from bot.slack.buttons import PREFIX, SESSION
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB, PROGRESS, QUEUED
from tests.support.slack_server import (
    LoopbackSlack,
    eventually,
)

CANCEL, KEEP = f"{PREFIX}{Action.CANCEL}", f"{PREFIX}{Action.KEEP}"


class TestCancel:
    @pytest.fixture
    async def job(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.cards = [QUEUED]
        await slack.command("0: a fox", user="U1")
        await eventually(lambda: slack.messages and len(slack.message.shown) == 2)

    @pytest.mark.usefixtures("job")
    async def test_the_owner_cancels_and_is_told_in_private(
        self, slack: LoopbackSlack, service: PlayingService
    ) -> None:
        await slack.press(CANCEL, user="U1")
        await eventually(lambda: slack.said_in_private)
        assert service.cancelled == [JOB]
        (said,) = slack.said_in_private
        assert said["text"] == "The job is cancelled."
        assert said["response_type"] == "ephemeral"
        assert said["replace_original"] is False

    async def test_the_frames_that_are_finished_become_the_animation(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.cards = [PROGRESS]
        await slack.command("0: a fox", user="U1")
        await eventually(lambda: slack.messages and len(slack.message.shown) == 2)
        await slack.press(KEEP, user="U1")
        await eventually(lambda: slack.said_in_private)
        assert service.kept == [JOB]

    @pytest.mark.usefixtures("job")
    async def test_a_stranger_is_told_politely_that_it_is_not_theirs(
        self, slack: LoopbackSlack, service: PlayingService
    ) -> None:
        await slack.press(CANCEL, user="U2")
        await eventually(lambda: slack.said_in_private)
        assert service.cancelled == []
        assert "belongs to somebody else" in slack.said_in_private[0]["text"]

    async def test_pressing_the_session_link_is_acknowledged(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        service.cards = [result]
        await slack.command("0: a fox")
        await eventually(lambda: slack.messages and "Made in" in slack.message.text)
        await slack.press(SESSION)
