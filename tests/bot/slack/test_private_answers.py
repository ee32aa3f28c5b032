"""What one user of Slack alone sees."""

from bot.cards import ResultCard, TextCard, WaitingCard
from bot.slack.place import Place
from bot.slack_adapter import SlackAdapter
from tests.support.slack_server import (
    TEAM,
    LoopbackSlack,
)

PRIVATE = Place(team=TEAM, channel="C1", user="U1", private=True).model_dump()


class TestPrivately:
    async def test_a_list_is_shown_in_the_thread_it_was_asked_for_in(
        self, slack: LoopbackSlack, adapter: SlackAdapter
    ) -> None:
        await adapter.show(PRIVATE | {"thread": "1600000000.000001"}, WaitingCard("Looking…"))
        await adapter.show(PRIVATE | {"thread": "1600000000.000001"}, TextCard("No jobs."))
        (said,) = slack.said_in_private
        assert (said["user"], said["thread_ts"], said["text"]) == (
            "U1",
            "1600000000.000001",
            "No jobs.",
        )

    async def test_where_slack_lets_nobody_be_told_alone_it_comes_by_direct_message(
        self, slack: LoopbackSlack, adapter: SlackAdapter
    ) -> None:
        slack.closed_channels["C1"] = "not_in_channel"
        await adapter.show(PRIVATE, TextCard("No jobs."))
        assert (slack.message.channel, "No jobs." in slack.message.text) == ("DU1", True)

    async def test_an_animation_comes_by_direct_message_and_its_user_is_told_so(
        self, slack: LoopbackSlack, adapter: SlackAdapter, result: ResultCard
    ) -> None:
        await adapter.show(PRIVATE, result)
        assert slack.storage.shared[0].shares == [("DU1", slack.message.ts)]
        assert "direct message" in slack.said_in_private[0]["text"]
        assert "could not be shown" not in slack.message.text
