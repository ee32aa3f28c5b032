"""The real slack_bolt and slack_sdk against a Slack on the loopback."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import Card, ProgressCard, PromptsCard, QueuedCard, ResultCard, TextCard, WaitingCard
from bot.commands import Animate, Help
from bot.gestures.actions import Action
from bot.slack.buttons import PREFIX, SESSION
from bot.slack.place import Place
from bot.slack_adapter import SlackAdapter
from engine.errors import ConfigurationError, InputError, MediaError
from tests.support.playing_service import PlayingService
from tests.support.slack_server import (
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    TEAM,
    Fault,
    LoopbackSlack,
    Outage,
    RateLimit,
    Refusal,
    Silence,
    eventually,
)

CANCEL, KEEP = f"{PREFIX}{Action.CANCEL}", f"{PREFIX}{Action.KEEP}"
JOB = "0123456789abcdef01234567"
TITLE = "0: a fox | 24: an owl"
PICTURE = PromptsCard("3 keyframes", "0: … | 12: …", b"picture" * 9, "the wave of a song")
QUEUED = QueuedCard(JOB, TITLE, position=3)
PROGRESS = ProgressCard(JOB, TITLE, done=12, frames=24, seconds_left=8.0, preview=None)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack_adapter.UPLOAD_SECONDS", 0.3)
    monkeypatch.setattr("bot.slack.upload._SETTLE_SECONDS", 0.01)
    monkeypatch.setattr("bot.slack.upload._LOOK_SECONDS", 0.01)


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as workspace:
        yield workspace
    assert workspace.problems == []


@pytest.fixture
async def service() -> PlayingService:
    return PlayingService()


@pytest.fixture
async def adapter(slack: LoopbackSlack, service: PlayingService) -> AsyncIterator[SlackAdapter]:
    adapter = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
    await adapter.start()
    yield adapter
    await adapter.stop()


@pytest.fixture
def result(tmp_path: Path) -> ResultCard:
    file = tmp_path / "animation.mp4"
    file.write_bytes(b"frames" * 100)
    details = (("seed", "42"), ("steps", "20"))
    link = f"https://bot.example/sessions/{JOB}"
    return ResultCard(JOB, TITLE, file, details, link, local_link=False, seconds=12.0)


def prompts_asked_for(service: PlayingService) -> list[object]:
    commands = [incoming.command for incoming in service.incoming]
    return [
        command.values["prompts"] if isinstance(command, Animate) else command
        for command in commands
    ]


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
        assert incoming.command == Animate({"prompts": "0: salt & pepper <3 “neon”"})
        assert incoming.user == f"slack:{TEAM}:U7"
        ts = slack.message.ts
        place = Place.of(incoming.conversation)
        assert place == Place(
            team=TEAM, channel="C9", ts=ts, thread=ts, user="U7", locale="en-US", private=False
        )

    async def test_help_is_shown_to_whoever_asks_alone(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.cards = [TextCard("Type prompts after /giffusion.")]
        await slack.command("help", user="U7")
        await eventually(lambda: slack.ephemerals)
        assert service.incoming[0].command == Help()
        (message,) = slack.ephemerals
        assert "Type prompts" in message.text and message.to == "U7"
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
        assert prompts_asked_for(service) == ["0: a fox", "0: an owl"]

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

    async def test_an_error_is_shown_in_its_own_words(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        service.failure = InputError("steps", "0 is too small", "use 1 to 150")
        await slack.command("0: a fox --steps 0")
        await eventually(lambda: slack.messages and "steps" in slack.message.text)
        assert ":warning: steps: 0 is too small; use 1 to 150" in slack.message.text

    async def test_a_fault_of_the_bot_is_owned_up_to_and_the_next_command_works(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        service.failure = RuntimeError("secret detail")
        await slack.command("0: a fox")
        await eventually(lambda: slack.messages and "went wrong" in slack.message.text)
        assert "secret detail" not in slack.message.text
        assert "secret detail" in caplog.text
        service.failure = None
        await slack.command("0: an owl")
        await eventually(lambda: len(service.incoming) == 2)


class TestMention:
    async def test_a_mention_with_a_song_hands_the_song_over(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, tmp_path: Path
    ) -> None:
        song = slack.storage.hold("song.mp3", b"la" * 500)
        await slack.mention(f"<@{BOT}> 0: a fox &amp; an owl", files=[song])
        await eventually(lambda: service.incoming)
        (incoming,) = service.incoming
        assert incoming.command == "0: a fox & an owl"
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
        await eventually(lambda: slack.messages and "3 keyframes" in slack.message.text)
        assert service.incoming[0].command == "keyframes --beats"
        shown = [message["text"] for message in slack.message.shown]
        assert shown == ["Reading the command …", "Listening…", "3 keyframes"]
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
        assert prompts_asked_for(service) == ["0: a fox", "0: an owl"]

    async def test_another_bot_is_not_answered(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.mention(f"<@{BOT}> hello", bot_id="B0OTHER", ts="1700000000.000005")
        await slack.mention(f"<@{BOT}> 0: a fox", ts="1700000000.000006")
        await eventually(lambda: service.incoming)
        assert [incoming.command for incoming in service.incoming] == ["0: a fox"]


class TestDirectMessage:
    async def test_a_direct_message_with_a_picture_is_a_command(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        picture = slack.storage.hold("fox.png", b"png")
        await slack.direct_message("0: a fox", subtype="file_share", files=[picture])
        await slack.direct_message("0: an owl")
        await eventually(lambda: len(service.incoming) == 2)
        assert {incoming.command for incoming in service.incoming} == {"0: a fox", "0: an owl"}
        names = [file.name for incoming in service.incoming for file in incoming.attachments]
        assert names == ["fox.png"]

    async def test_the_bots_own_messages_and_edits_are_no_commands(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.direct_message("Reading the command …", bot_id="B0BOT", user=BOT)
        await slack.direct_message("", subtype="message_changed", message={"text": "0: a fox"})
        await slack.direct_message("0: an owl")
        await eventually(lambda: service.incoming)
        assert prompts_asked_for(service) == ["0: an owl"]

    async def test_messages_in_channels_are_left_alone(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        await slack.event({"type": "message", "channel_type": "channel", "text": "0: a fox"})
        await slack.command("0: an owl")
        await eventually(lambda: service.incoming)
        assert prompts_asked_for(service) == ["0: an owl"]


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


class TestResult:
    """Uploads that go wrong; `show` is called as after a restart, with the stored conversation."""

    async def deliver(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter, card: Card
    ) -> None:
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        await adapter.show(service.incoming[0].conversation, card)

    async def test_an_upload_that_timed_out_but_came_through_is_not_posted_twice(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        slack.faults["files.completeUploadExternal"].append(Silence(done=True))
        await self.deliver(slack, service, adapter, result)
        assert len(slack.storage.shared) == 1
        assert "The animation is in the thread." in slack.message.text

    async def test_an_upload_that_timed_out_and_was_lost_is_tried_again(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        slack.faults["files.completeUploadExternal"].append(Silence(done=False))
        await self.deliver(slack, service, adapter, result)
        assert len(slack.storage.shared) == 1
        assert "The animation is in the thread." in slack.message.text

    async def test_an_upload_that_slack_never_answers_is_given_up_with_the_session_link(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        slack.faults["files.getUploadURLExternal"].extend([Outage()] * 3)
        await self.deliver(slack, service, adapter, result)
        assert not slack.storage.shared
        assert "gave no answer" in slack.message.text
        assert slack.message.button(SESSION)["url"] == result.link

    async def test_a_result_shown_again_after_a_restart_is_not_posted_twice(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        await self.deliver(slack, service, adapter, result)
        restarted = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
        await restarted.show(service.incoming[0].conversation, result)
        assert len(slack.storage.shared) == 1
        assert "The animation is in the thread." in slack.message.text

    async def test_in_a_busy_channel_it_is_not_posted_twice_either(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        await self.deliver(slack, service, adapter, result)
        for number in range(450):
            slack.storage.share(f"holiday-{number}.jpg", "C1")
        restarted = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
        await restarted.show(service.incoming[0].conversation, result)
        ours = [file for file in slack.storage.shared if file.name.startswith("giffusion")]
        assert len(ours) == 1

    async def test_files_from_before_the_command_are_not_looked_through(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        for number in range(450):
            slack.storage.share(f"holiday-{number}.jpg", "C1", created=1_700_000_000)
        await self.deliver(slack, service, adapter, result)
        assert slack.calls.count("files.list") == 1
        assert slack.storage.shared[-1].name == f"giffusion-{JOB}.mp4"

    async def test_after_a_restart_a_file_that_slack_does_not_list_yet_is_waited_for(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        slack.storage.seconds_until_listed = 0.5
        await self.deliver(slack, service, adapter, result)
        monkeypatch.setattr("bot.slack.upload._SETTLE_SECONDS", 1.0)
        restarted = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
        await restarted.show(service.incoming[0].conversation, result)
        assert len(slack.storage.shared) == 1

    @pytest.mark.parametrize("reason", ["token_revoked", "invalid_auth"])
    async def test_a_result_waits_for_a_new_token_where_the_old_one_is_refused(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
        reason: str,
    ) -> None:
        slack.faults["chat.update"].append(Refusal(reason))
        with pytest.raises(ConnectionError, match=reason):
            await self.deliver(slack, service, adapter, result)
        await adapter.show(service.incoming[0].conversation, result)
        assert "The animation is in the thread." in slack.message.text
        assert len(slack.storage.shared) == 1

    async def test_a_picture_shown_again_is_not_posted_twice_but_the_next_one_is(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        slack.faults["chat.update"].append(Outage())
        with pytest.raises(ConnectionError):
            await self.deliver(slack, service, adapter, PICTURE)
        await adapter.show(service.incoming[0].conversation, PICTURE)
        assert len(slack.storage.shared) == 1
        assert "The picture is in the thread." in slack.message.text
        await slack.command("keyframes")
        await eventually(lambda: len(service.incoming) == 2)
        await adapter.show(service.incoming[1].conversation, PICTURE)
        assert len(slack.storage.shared) == 2

    async def test_a_refused_picture_leaves_its_words_and_slacks_reason(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        slack.faults["files.getUploadURLExternal"].append(Refusal("storage_limit_reached"))
        await self.deliver(slack, service, adapter, PICTURE)
        assert "Slack did not take the file (storage_limit_reached)." in slack.message.text
        assert "session" not in slack.message.text
        assert "0: … | 12: …" in slack.message.text

    async def test_an_upload_that_slack_shares_slowly_is_announced_once_it_is_there(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        slack.storage.looks_until_shared = 4
        await self.deliver(slack, service, adapter, result)
        assert slack.calls.count("files.info") == 5
        assert "The animation is in the thread." in slack.message.text

    async def test_an_upload_that_slack_never_shares_leaves_the_session_link(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        slack.storage.looks_until_shared = 10_000
        await self.deliver(slack, service, adapter, result)
        assert slack.calls.count("files.completeUploadExternal") == 1
        assert "doesn't show it yet" in slack.message.text
        assert slack.message.button(SESSION)["url"] == result.link

    async def test_a_refused_upload_leaves_the_session_link_and_slacks_reason(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        slack.faults["files.getUploadURLExternal"].append(Refusal("storage_limit_reached"))
        await self.deliver(slack, service, adapter, result)
        assert "(storage_limit_reached). Its session has it." in slack.message.text
        assert slack.message.button(SESSION)["url"] == result.link

    async def test_an_animation_over_the_limit_is_left_out_with_a_sentence(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("bot.slack.upload.UPLOAD_BYTES", 599)
        await self.deliver(slack, service, adapter, result)
        assert not slack.storage.files
        assert "that can be uploaded to Slack" in slack.message.text
        assert slack.message.button(SESSION)["url"] == result.link


class TestLimits:
    async def test_a_rate_limit_is_waited_out(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        slack.faults["chat.update"].append(RateLimit(1))
        service.cards = [TextCard("Here is the help.")]
        await slack.direct_message("help")
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


class TestConnection:
    @pytest.mark.parametrize(
        ("bad", "named"), [(BOT_TOKEN, "bot token"), (APP_TOKEN, "app-level token")]
    )
    async def test_a_refused_token_is_reported_at_once_and_not_tried_again(
        self, slack: LoopbackSlack, service: PlayingService, bad: str, named: str
    ) -> None:
        slack.tokens.remove(bad)
        adapter = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
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
        monkeypatch: pytest.MonkeyPatch,
        method: str,
        fault: Fault,
    ) -> None:
        monkeypatch.setattr("bot.slack.client.START_SECONDS", 0.1)
        monkeypatch.setattr("bot.slack_adapter._FIRST_PAUSE", 0.01)
        slack.faults[method].append(fault)
        adapter = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
        await adapter.start()
        await eventually(lambda: slack.socket.connections)
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        await adapter.stop()

    async def test_the_operator_is_told_of_missing_scopes(
        self, slack: LoopbackSlack, service: PlayingService, caplog: pytest.LogCaptureFixture
    ) -> None:
        slack.scopes = "commands,chat:write,app_mentions:read"
        adapter = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
        await adapter.start()
        await adapter.stop()
        assert "lacks scopes: files:read, files:write, im:history" in caplog.text

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
        self, slack: LoopbackSlack, service: PlayingService, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        adapter = SlackAdapter(service, BOT_TOKEN, APP_TOKEN, slack.api_url)
        await adapter.start()
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        await adapter.stop()
        assert BOT_TOKEN not in caplog.text
        assert APP_TOKEN not in caplog.text
