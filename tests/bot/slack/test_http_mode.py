"""Slack over HTTP: signed requests to the service's own web server."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.cards import ResultCard
from bot.commands import Animate
from bot.slack.access import OneToken
from bot.slack.connection import HttpMode
from bot.slack_adapter import SlackAdapter
from bot.web.server import WebServer
from engine.errors import ConfigurationError
from tests.support.playing_service import PlayingService
from tests.support.slack_cards import JOB
from tests.support.slack_http import SIGNING_SECRET, HttpDelivery
from tests.support.slack_server import BOT, BOT_TOKEN, LoopbackSlack, eventually

EVENT = json.dumps({"type": "event_callback", "event": {"type": "message"}, "team_id": "T"})


@dataclass
class Served:
    adapter: SlackAdapter
    server: WebServer
    http: HttpDelivery


@pytest.fixture
async def served(
    slack: LoopbackSlack, service: PlayingService, tmp_path: Path
) -> AsyncIterator[Served]:
    server = WebServer("127.0.0.1", 0)
    transport = HttpMode(server, SIGNING_SECRET)
    server.mount("/slack", transport.routes())
    access = OneToken(BOT_TOKEN, slack.api_url)
    adapter = SlackAdapter(service, access, transport, tmp_path / "slack")
    await adapter.start()
    http = slack.socket = HttpDelivery(f"{server.address}/slack/events")
    yield Served(adapter, server, http)
    await adapter.stop()
    await server.stop()
    assert not http.late


async def test_a_command_is_acknowledged_and_answered(
    slack: LoopbackSlack, service: PlayingService, served: Served, result: ResultCard
) -> None:
    service.cards = [result]
    answer = await slack.command("0: a fox &amp; an owl")
    assert (answer["status"], answer["text"]) == (200, "")
    await eventually(lambda: slack.messages and "in the thread" in slack.message.text)
    assert service.incoming[0].command == Animate({"prompts": "0: a fox & an owl"})
    await slack.press("giffusion_again")
    await eventually(lambda: len(service.incoming) == 2)
    assert service.incoming[1].command == Animate({"seed": None}, like=JOB)


async def test_a_mention_that_is_sent_again_starts_one_job(
    slack: LoopbackSlack, service: PlayingService, served: Served
) -> None:
    for _ in range(3):
        await slack.mention(f"<@{BOT}> 0: a fox", ts="1700000000.000003")
    await slack.mention(f"<@{BOT}> 0: an owl")
    await eventually(lambda: len(service.incoming) == 2)


async def test_a_wrong_form_is_told_of_in_the_answer_to_its_request(
    slack: LoopbackSlack, served: Served
) -> None:
    await slack.command("")
    await eventually(lambda: slack.views.open)
    (opened,) = slack.views.open.values()
    answer = await slack.submit(opened, {"prompts": "0: a fox", "settings": "--stepz 9"})
    assert answer["payload"]["response_action"] == "errors"
    assert "no such setting" in answer["payload"]["errors"]["settings"]


async def test_slack_can_check_the_address(served: Served) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    answer = await served.http.send(body, "application/json")
    assert (answer["status"], answer["payload"]) == (200, {"challenge": "abc"})


@pytest.mark.parametrize(
    "how",
    [
        {"X-Slack-Signature": "v0=0000"},
        {"X-Slack-Signature": ""},
        {"age": 600},
    ],
)
async def test_forged_and_old_requests_are_refused(
    served: Served, service: PlayingService, how: dict[str, object]
) -> None:
    answer = await served.http.send(EVENT, "application/json", **how)  # type: ignore[arg-type]
    assert answer["status"] == 401
    assert not service.incoming


async def test_another_apps_secret_is_refused(served: Served) -> None:
    forger = HttpDelivery(served.http.url, "another-secret")
    assert (await forger.send(EVENT, "application/json"))["status"] == 401


async def test_slack_is_asked_to_come_again_while_the_bot_is_not_ready(
    slack: LoopbackSlack, served: Served
) -> None:
    await served.adapter.stop()
    answer = await served.http.send(EVENT, "application/json")
    assert answer["status"] == 503


async def test_a_body_without_end_is_not_read(served: Served) -> None:
    answer = await served.http.send("x" * 3 * 1024**2, "application/json")
    assert answer["status"] == 413


async def test_the_guard_of_the_web_chats_pages_stays_as_it_is(served: Served) -> None:
    async with aiohttp.ClientSession(served.server.address) as client:
        elsewhere = {"Host": "bot.example", "Origin": "https://slack.com"}
        async with client.post("/slack/events", headers=elsewhere) as response:
            assert response.status == 401
        for path in ("/healthz", "/slackevents", "/api/messages"):
            async with client.get(path, headers=elsewhere) as response:
                assert response.status == 421


async def test_a_refused_token_is_told_at_once(
    slack: LoopbackSlack, service: PlayingService, tmp_path: Path
) -> None:
    transport = HttpMode(WebServer("127.0.0.1", 0), SIGNING_SECRET)
    access = OneToken("xoxb-wrong", slack.api_url)
    adapter = SlackAdapter(service, access, transport, tmp_path / "slack")
    with pytest.raises(ConfigurationError, match="bot token is refused"):
        await adapter.start()
    await adapter.stop()
