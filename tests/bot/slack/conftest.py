"""Fixtures of a Slack on the loopback, with the real slack_bolt and slack_sdk."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.cards import ResultCard
from bot.port import Conversation
from bot.slack.access import OneToken
from bot.slack.connection import SocketMode
from bot.slack_adapter import SlackAdapter
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB, TITLE
from tests.support.slack_server import APP_TOKEN, BOT_TOKEN, LoopbackSlack, eventually


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.upload.UPLOAD_SECONDS", 0.3)
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
def new_adapter(
    slack: LoopbackSlack, service: PlayingService, tmp_path: Path
) -> Callable[[], SlackAdapter]:
    """Makes an adapter that isn't started yet; all of them keep their notes in one folder."""
    return lambda: SlackAdapter(
        service,
        OneToken(BOT_TOKEN, slack.api_url),
        SocketMode(APP_TOKEN, slack.api_url),
        tmp_path / "slack",
    )


@pytest.fixture
async def adapter(new_adapter: Callable[[], SlackAdapter]) -> AsyncIterator[SlackAdapter]:
    adapter = new_adapter()
    await adapter.start()
    yield adapter
    await adapter.stop()


@pytest.fixture
async def restart(
    adapter: SlackAdapter, new_adapter: Callable[[], SlackAdapter]
) -> AsyncIterator[Callable[[], Awaitable[SlackAdapter]]]:
    """The bot ends and starts anew: all that it had in memory is gone."""
    async with AsyncExitStack() as started:

        async def again() -> SlackAdapter:
            await adapter.stop()
            another = new_adapter()
            await another.start()
            started.push_async_callback(another.stop)
            return another

        yield again


@pytest.fixture
def result(tmp_path: Path) -> ResultCard:
    file = tmp_path / "animation.mp4"
    file.write_bytes(b"frames" * 100)
    details = (("seed", "42"), ("steps", "20"))
    link = f"https://bot.example/sessions/{JOB}"
    return ResultCard(JOB, TITLE, file, details, link, local_link=False, seconds=12.0)


@pytest.fixture
def started(
    slack: LoopbackSlack, service: PlayingService, adapter: SlackAdapter
) -> Callable[[], Awaitable[Conversation]]:
    """Starts a job, whose message says nothing yet; returns where it is told of."""

    async def start() -> Conversation:
        before = len(service.incoming)
        await slack.command("0: a fox")
        await eventually(lambda: len(service.incoming) > before)
        return service.incoming[-1].conversation

    return start
