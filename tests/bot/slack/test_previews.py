"""Pictures of animations on their way in Slack."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from bot.cards import ResultCard, TextCard
from bot.port import Conversation
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import PROGRESS
from tests.support.slack_server import LoopbackSlack, Outage, Refusal, Silence, eventually


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.previews._SECONDS", 0.0)
    monkeypatch.setattr("bot.slack.previews._LOOK_SECONDS", 0.01)
    monkeypatch.setattr("bot.slack.pacing.EDITS", 1_000)


@pytest.fixture
async def job(slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter) -> Conversation:
    await slack.command("0: a fox")
    await eventually(lambda: service.incoming)
    return service.incoming[0].conversation


def picture(colour: str) -> bytes:
    """A WebP of one colour, with an alpha channel."""
    webp = BytesIO()
    Image.new("RGBA", (768, 512), colour).save(webp, "WEBP")
    return webp.getvalue()


def shown(slack: LoopbackSlack) -> list[str]:
    """The files that the message shows."""
    blocks = slack.message.shown[-1]["blocks"]
    return [block["slack_file"]["id"] for block in blocks if "slack_file" in block]


async def show_picture(slack: LoopbackSlack, adapter: SlackAdapter, job: Conversation) -> str:
    """Show cards until the message has a new picture; returns its file."""
    before = shown(slack)
    await adapter.show(job, replace(PROGRESS, preview=picture("red")))
    async with asyncio.timeout(5):
        while shown(slack) in ([], before):
            await asyncio.sleep(0.01)
            await adapter.show(job, PROGRESS)
    return shown(slack)[0]


async def test_a_preview_comes_with_a_later_card_as_a_picture_that_slack_can_show(
    slack: LoopbackSlack, adapter: SlackAdapter, job: Conversation
) -> None:
    await adapter.show(job, replace(PROGRESS, preview=picture("red")))
    assert shown(slack) == []  # the card didn't wait for it
    file = await show_picture(slack, adapter, job)
    with Image.open(BytesIO(slack.storage.files[file].content)) as image:
        assert (image.format, max(image.size)) == ("JPEG", 512)
    assert slack.storage.shared == []


async def test_the_one_before_is_deleted_and_so_is_the_last_when_the_job_ends(
    slack: LoopbackSlack, adapter: SlackAdapter, job: Conversation, result: ResultCard
) -> None:
    first = await show_picture(slack, adapter, job)
    second = await show_picture(slack, adapter, job)
    await eventually(lambda: first not in slack.storage.files)
    assert second in slack.storage.files
    await adapter.show(job, result)
    await eventually(lambda: len(slack.storage.files) == 1)
    assert slack.storage.shared[0].name.endswith(".mp4")
    assert shown(slack) == []


async def test_a_restarted_bot_deletes_what_the_killed_one_has_left(
    slack: LoopbackSlack,
    adapter: SlackAdapter,
    job: Conversation,
    restart: Callable[[], Awaitable[SlackAdapter]],
) -> None:
    await show_picture(slack, adapter, job)
    restarted = await restart()
    await restarted.show(job, TextCard("Cancelled."))
    await eventually(lambda: not slack.storage.files)


async def test_a_picture_that_comes_after_the_end_is_deleted(
    slack: LoopbackSlack, adapter: SlackAdapter, job: Conversation
) -> None:
    slack.storage.looks_until_processed = 5
    await adapter.show(job, replace(PROGRESS, preview=picture("red")))
    await adapter.show(job, TextCard("Cancelled."))
    await eventually(lambda: "files.delete" in slack.calls and not slack.storage.files)


async def test_a_picture_that_slack_refuses_to_show_is_left_out_of_the_card(
    slack: LoopbackSlack, adapter: SlackAdapter, job: Conversation
) -> None:
    file = await show_picture(slack, adapter, job)
    slack.storage.files[file].content = b"nothing to see"
    await adapter.show(job, replace(PROGRESS, done=13))
    assert "13 of 24" in slack.message.text
    assert shown(slack) == []
    await eventually(lambda: not slack.storage.files)


@pytest.mark.parametrize("fault", [Outage(), Silence(done=False), Refusal("internal_error")])
async def test_a_preview_that_fails_holds_up_nothing(
    slack: LoopbackSlack,
    adapter: SlackAdapter,
    job: Conversation,
    fault: Outage | Silence | Refusal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.slack.previews._STOP_SECONDS", 0.1)
    slack.faults["files.getUploadURLExternal"].append(fault)
    await adapter.show(job, replace(PROGRESS, preview=picture("red")))
    await eventually(lambda: "files.getUploadURLExternal" in slack.calls)
    await adapter.show(job, TextCard("Cancelled."))
    assert "Cancelled." in slack.message.text


async def test_without_the_scope_for_files_there_are_no_previews_which_is_said_once(
    slack: LoopbackSlack,
    adapter: SlackAdapter,
    job: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    slack.faults["files.getUploadURLExternal"].append(Refusal("missing_scope"))
    await adapter.show(job, replace(PROGRESS, preview=picture("red")))
    await eventually(lambda: "lacks scopes for previews" in caplog.text)
    await adapter.show(job, replace(PROGRESS, preview=picture("red")))
    await adapter.show(job, TextCard("Cancelled."))
    assert slack.calls.count("files.getUploadURLExternal") == 1


async def test_a_job_gets_one_every_ten_seconds_and_a_workspace_ten_a_minute(
    slack: LoopbackSlack,
    adapter: SlackAdapter,
    service: PlayingService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.slack.previews._SECONDS", 10.0)
    for number in range(12):
        await slack.command(f"0: fox {number}")
    await eventually(lambda: len(service.incoming) == 12)
    for _ in range(2):
        for incoming in service.incoming:
            card = replace(PROGRESS, preview=picture("red"))
            await adapter.show(incoming.conversation, card)
    await eventually(lambda: len(slack.storage.files) == 10)
    assert slack.calls.count("files.getUploadURLExternal") == 10
