"""Commands as they are typed in Slack."""

import pytest

from bot.cards import ListCard, ResultCard, Row, TextCard
from bot.commands import Cancel, parse_command
from bot.slack.buttons import SESSION
from bot.slack.place import Place
from bot.slack_adapter import SlackAdapter
from engine.errors import InputError
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB, PROGRESS, QUEUED
from tests.support.slack_server import (
    TEAM,
    LoopbackSlack,
    RateLimit,
    eventually,
)


class TestCommand:
    async def test_a_command_is_queued_rendered_and_answered_with_the_animation_and_its_link(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        service.cards = [QUEUED, PROGRESS, result]
        await slack.command("0: a fox | 24: an owl")
        await eventually(lambda: "Made in" in slack.message.text if slack.messages else False)
        shown = [message["text"] for message in slack.message.shown]
        assert shown == [
            "Reading the command …",
            "Place 3 in the queue.",
            "12 of 24 frames · about 8 seconds left",
            "The animation is finished and is being uploaded …",
            "Made in 12 seconds. The animation is in the thread.",
        ]
        (file,) = slack.storage.shared
        assert file.content == result.file.read_bytes()
        assert file.shares == [("C1", slack.message.ts)]
        assert slack.message.button(SESSION)["url"] == result.link
        assert "*seed* 42 · *steps* 20" in slack.message.text

    async def test_the_service_is_told_who_asks_what_and_where_to_answer(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.command("0: salt &amp; pepper &lt;3 “neon”", user="U7", channel="C9")
        await eventually(lambda: service.incoming)
        (incoming,) = service.incoming
        assert incoming.command == parse_command("0: salt & pepper <3 “neon”")
        assert incoming.user == f"slack:{TEAM}:U7"
        ts = slack.message.ts
        place = Place.of(incoming.conversation)
        assert (place.team, place.channel, place.ts, place.thread) == (TEAM, "C9", ts, ts)
        assert (place.user, place.locale) == ("U7", "en-US")

    async def test_help_is_shown_to_whoever_asks_for_it_alone(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.cards = [TextCard("Type prompts after /giffusion.")]
        await slack.command("help", user="U7")
        await eventually(lambda: slack.said_in_private)
        (said,) = slack.said_in_private
        assert (said["user"], said["text"]) == ("U7", "Type prompts after /giffusion.")
        assert not slack.messages

    async def test_what_cancel_stops_and_which_it_may_be_is_told_to_whoever_asks_alone(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.cards = [ListCard("Which one?", (Row("a fox", job=JOB, position=2),))]
        await slack.command("cancel place 2", user="U7")
        await eventually(lambda: slack.said_in_private)
        (said,) = slack.said_in_private
        assert service.incoming[0].command == Cancel("2")
        assert said["user"] == "U7"
        assert said["blocks"][1]["accessory"]["value"] == JOB
        assert not slack.messages

    async def test_a_command_is_acknowledged_before_the_service_has_done_anything(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.open.clear()
        slack.faults["chat.postMessage"].append(RateLimit(0))
        await slack.command("0: a fox")  # returns once it is acknowledged
        assert not service.incoming
        service.open.set()

    async def test_a_command_delivered_twice_starts_one_job(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        for _ in range(2):
            await slack.command("0: a fox", trigger="the same")
        await slack.command("0: an owl")
        await eventually(lambda: len(service.incoming) == 2)
        commands = [incoming.command for incoming in service.incoming]
        assert commands == [parse_command("0: a fox"), parse_command("0: an owl")]

    @pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found"])
    async def test_where_the_bot_may_not_post_the_user_is_told_once_how_to_invite_it(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, error: str
    ) -> None:
        slack.closed_channels["C1"] = error
        await slack.command("0: a fox")
        await eventually(lambda: slack.said_in_private)
        (said,) = slack.said_in_private
        assert "/invite @giffusion" in said["text"]
        assert said["response_type"] == "ephemeral"
        assert not service.incoming

    async def test_in_an_archived_channel_the_user_is_told_slacks_reason(
        self, slack: LoopbackSlack, adapter: SlackAdapter
    ) -> None:
        slack.closed_channels["C1"] = "is_archived"
        await slack.command("0: a fox")
        await eventually(lambda: slack.said_in_private)
        assert "is_archived" in slack.said_in_private[0]["text"]

    async def test_an_error_is_told_its_user_alone_with_what_they_typed(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.failure = InputError("steps", "0 is too small", "use 1 to 150")
        typed = "0: a `fox` & ```an owl``` <3 --steps 0"
        await slack.command(typed.replace("&", "&amp;").replace("<", "&lt;"), user="U7")
        await eventually(lambda: slack.said_in_private)
        (said,) = slack.said_in_private
        assert (said["channel"], said["user"]) == ("C1", "U7")
        assert said["text"] == ":warning: steps: 0 is too small; use 1 to 150"
        code = said["blocks"][-1]["elements"][0]
        assert code["type"] == "rich_text_preformatted"
        assert code["elements"] == [{"type": "text", "text": f"/giffusion {typed}"}]
        assert not slack.messages

    async def test_in_direct_messages_an_error_stands_in_the_message(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.failure = InputError("steps", "0 is too small", "use 1 to 150")
        await slack.command("0: a fox --steps 0", channel="D1")
        await eventually(lambda: slack.messages and "steps" in slack.message.text)
        assert ":warning: steps: 0 is too small; use 1 to 150" in slack.message.text
        assert not slack.said_in_private

    async def test_a_fault_of_the_bot_is_owned_up_to_and_the_next_command_works(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        service.failure = RuntimeError("secret detail")
        await slack.command("0: a fox")
        await eventually(lambda: slack.said_in_private)
        assert "went wrong" in slack.said_in_private[0]["text"]
        assert "secret detail" not in str(slack.said_in_private)
        assert "secret detail" in caplog.text
        service.failure = None
        await slack.command("0: an owl")
        await eventually(lambda: len(service.incoming) == 2)
