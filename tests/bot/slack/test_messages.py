"""Mentions and direct messages in Slack."""

from pathlib import Path

import pytest

from bot.cards import ResultCard, WaitingCard
from bot.commands import Keyframes
from bot.slack_adapter import SlackAdapter
from engine.errors import MediaError
from engine.media.keyframes import Mark
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import PICTURE, asked_for
from tests.support.slack_server import (
    BOT,
    LoopbackSlack,
    eventually,
)


class TestMention:
    async def test_a_mention_with_a_song_hands_the_song_over(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, tmp_path: Path
    ) -> None:
        song = slack.storage.hold("song.mp3", b"la" * 500)
        await slack.mention(f"<@{BOT}> 0: a fox &amp; an owl", files=[song])
        await eventually(lambda: service.incoming)
        (incoming,) = service.incoming
        assert asked_for(service) == ["0: a fox & an owl"]
        (attachment,) = incoming.attachments
        assert (attachment.name, attachment.size) == ("song.mp3", 1000)
        await attachment.save(tmp_path / "song", limit=1000)
        assert (tmp_path / "song").read_bytes() == b"la" * 500

    async def test_the_answer_and_the_animation_go_into_the_mentions_thread(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        service.cards = [result]
        await slack.mention(f"<@{BOT}> 0: a fox", ts="1700000000.000002")
        await eventually(lambda: slack.messages and "Made in" in slack.message.text)
        assert slack.message.thread == "1700000000.000002"
        assert slack.storage.shared[0].shares == [("C1", "1700000000.000002")]

    async def test_a_mention_inside_a_thread_is_answered_in_that_thread(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        service.cards = [result]
        await slack.mention(f"<@{BOT}> 0: a fox", thread_ts="1600000000.000001")
        await eventually(lambda: slack.messages and "Made in" in slack.message.text)
        assert slack.message.thread == "1600000000.000001"
        assert slack.storage.shared[0].shares == [("C1", "1600000000.000001")]

    async def test_keyframes_of_a_song_come_with_their_picture_in_the_thread(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.cards = [WaitingCard("Listening…"), PICTURE]
        song = slack.storage.hold("song.mp3", b"la")
        await slack.mention(f"<@{BOT}> keyframes --beats", ts="1700000000.000007", files=[song])
        await eventually(lambda: slack.messages and "in the thread" in slack.message.text)
        assert service.incoming[0].command == Keyframes(mark=Mark.BEATS)
        shown = [message["text"] for message in slack.message.shown]
        assert shown == ["Reading the command …", "Listening…", "3 keyframes", "3 keyframes"]
        assert "0: … | 12: …" in slack.message.text
        (file,) = slack.storage.shared
        assert (file.content, file.alt) == (PICTURE.picture, PICTURE.alt)
        assert file.name.endswith(".png")
        assert file.shares == [("C1", "1700000000.000007")]

    async def test_a_file_of_a_shared_channel_is_looked_up(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, tmp_path: Path
    ) -> None:
        held = slack.storage.hold("clip.mp4", b"clip")
        stub = {"id": held["id"], "mode": "file_access", "file_access": "check_file_info"}
        await slack.mention(f"<@{BOT}> 0: a fox", files=[stub])
        await eventually(lambda: service.incoming)
        (attachment,) = service.incoming[0].attachments
        await attachment.save(tmp_path / "clip", limit=100)
        assert attachment.name == "clip.mp4"
        assert (tmp_path / "clip").read_bytes() == b"clip"

    async def test_a_file_that_slack_tells_nothing_about_is_refused_in_words(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, tmp_path: Path
    ) -> None:
        await slack.mention(f"<@{BOT}> 0: a fox", files=[{"id": "F404"}])
        await eventually(lambda: service.incoming)
        (attachment,) = service.incoming[0].attachments
        with pytest.raises(MediaError, match="upload it here again"):
            await attachment.save(tmp_path / "x", limit=100)

    async def test_a_mention_delivered_again_under_a_new_event_id_starts_one_job(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        for _ in range(3):
            await slack.mention(f"<@{BOT}> 0: a fox", ts="1700000000.000003")
        await slack.mention(f"<@{BOT}> 0: an owl", ts="1700000000.000004")
        await eventually(lambda: len(service.incoming) == 2)
        assert asked_for(service) == ["0: a fox", "0: an owl"]

    async def test_another_bot_is_not_answered(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.mention(f"<@{BOT}> hello", bot_id="B0OTHER", ts="1700000000.000005")
        await slack.mention(f"<@{BOT}> 0: a fox", ts="1700000000.000006")
        await eventually(lambda: service.incoming)
        assert asked_for(service) == ["0: a fox"]


class TestDirectMessage:
    async def test_a_direct_message_with_a_picture_is_a_command(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        picture = slack.storage.hold("fox.png", b"png")
        await slack.direct_message("0: a fox", subtype="file_share", files=[picture])
        await slack.direct_message("0: an owl")
        await eventually(lambda: len(service.incoming) == 2)
        assert sorted(asked_for(service)) == ["0: a fox", "0: an owl"]
        names = [file.name for incoming in service.incoming for file in incoming.attachments]
        assert names == ["fox.png"]

    async def test_the_bots_own_messages_and_edits_are_no_commands(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.direct_message("Reading the command …", bot_id="B0BOT", user=BOT)
        await slack.direct_message("", subtype="message_changed", message={"text": "0: a fox"})
        await slack.direct_message("0: an owl")
        await eventually(lambda: service.incoming)
        assert asked_for(service) == ["0: an owl"]

    async def test_messages_in_channels_are_left_alone(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.event({"type": "message", "channel_type": "channel", "text": "0: a fox"})
        await slack.command("0: an owl")
        await eventually(lambda: service.incoming)
        assert asked_for(service) == ["0: an owl"]
