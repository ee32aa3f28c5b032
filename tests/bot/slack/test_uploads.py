"""Files that go into a Slack thread, once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import Card, PromptsCard, ResultCard
from bot.slack.buttons import SESSION
from bot.slack.cards import draw
from bot.slack.message import SlackMessage, Surface
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB, PICTURE
from tests.support.slack_server import (
    LoopbackSlack,
    Outage,
    Refusal,
    Silence,
    eventually,
)


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
        restart: Callable[[], Awaitable[SlackAdapter]],
    ) -> None:
        await self.deliver(slack, service, adapter, result)
        restarted = await restart()
        await restarted.show(service.incoming[0].conversation, result)
        assert len(slack.storage.shared) == 1
        assert "The animation is in the thread." in slack.message.text

    async def test_in_a_busy_channel_it_is_not_posted_twice_either(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
        restart: Callable[[], Awaitable[SlackAdapter]],
    ) -> None:
        await self.deliver(slack, service, adapter, result)
        for number in range(450):
            slack.storage.share(f"holiday-{number}.jpg", "C1")
        restarted = await restart()
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
        restart: Callable[[], Awaitable[SlackAdapter]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        slack.storage.seconds_until_listed = 0.5
        await self.deliver(slack, service, adapter, result)
        monkeypatch.setattr("bot.slack.upload._SETTLE_SECONDS", 1.0)
        restarted = await restart()
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
        await slack.command("0: an owl")
        await eventually(lambda: len(service.incoming) == 2)
        await adapter.show(service.incoming[1].conversation, PICTURE)
        assert len(slack.storage.shared) == 2

    async def test_a_refused_picture_leaves_its_words_and_slacks_reason(
        self, slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
    ) -> None:
        slack.faults["files.getUploadURLExternal"].append(Refusal("storage_limit_reached"))
        await self.deliver(slack, service, adapter, PICTURE)
        assert "This workspace has no room left for files." in slack.message.text
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
        assert "no room left for files. Its session has it." in slack.message.text
        assert "has it. Its session" not in slack.message.text
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

    async def test_a_small_gif_is_shown_in_the_message_as_well(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
        tmp_path: Path,
    ) -> None:
        slack.storage.looks_until_processed = 0
        animation = tmp_path / "animation.gif"
        animation.write_bytes(b"GIF89a frames")
        await self.deliver(slack, service, adapter, replace(result, file=animation))
        (file,) = slack.storage.shared
        assert file.id in slack.message.text

    async def test_a_gif_that_slack_has_not_looked_at_yet_stands_in_the_thread_alone(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
        tmp_path: Path,
    ) -> None:
        slack.storage.looks_until_processed = 1_000
        animation = tmp_path / "animation.gif"
        animation.write_bytes(b"GIF89a frames")
        await self.deliver(slack, service, adapter, replace(result, file=animation))
        assert len(slack.storage.shared) == 1
        assert "The animation is in the thread." in slack.message.text
        assert "slack_file" not in slack.message.text

    async def test_without_the_scope_for_files_the_operator_reads_which_one_is_missing(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        slack.faults["files.getUploadURLExternal"].append(Refusal("missing_scope"))
        await self.deliver(slack, service, adapter, result)
        assert "lacks the scope files:write" in slack.message.text
        assert slack.message.button(SESSION)["url"] == result.link

    async def test_an_animation_that_is_gone_is_not_looked_for_in_slack(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        result: ResultCard,
    ) -> None:
        result.file.unlink()
        await self.deliver(slack, service, adapter, result)
        assert "files.list" not in slack.calls
        assert len(slack.message.shown) == 2

    async def test_prompts_that_no_message_holds_come_as_a_file_once(
        self,
        slack: LoopbackSlack,
        service: PlayingService,
        adapter: SlackAdapter,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def draw_too_much(card: Card, surface: Surface) -> SlackMessage:
            return replace(draw(card, surface), overflow="0: a fox | 9: an owl")

        monkeypatch.setattr("bot.slack.errand.draw", draw_too_much)
        card = PromptsCard("2 keyframes", "0: a fox | 9: …")
        await self.deliver(slack, service, adapter, card)
        await adapter.show(service.incoming[0].conversation, card)
        (file,) = slack.storage.shared
        assert file.name.endswith(".txt")
        assert file.content.decode() == "0: a fox | 9: an owl"
