"""Answers find their users: in the channel, alone, or by direct message."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import discord
import pytest
import simcord

from bot.cards import (
    ListCard,
    ProgressCard,
    PromptsCard,
    QueuedCard,
    ResultCard,
    Row,
    TextCard,
)
from bot.commands import Queue
from bot.discord import pacing
from bot.discord.rules import Adults, ServerRules
from engine.errors import InputError
from tests.support.discord_contract import CONTRACT, DiscordContract
from tests.support.discord_service import JOB

ASKED = {"prompts": "0: a red circle"}
QUEUED = QueuedCard(JOB, "a red circle", 3)
PROGRESS = ProgressCard(JOB, "a red circle", 6, 24, 75.0, b"picture")
MINUTES = 60.0
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def result(tmp_path: Path) -> ResultCard:
    file = tmp_path / "animation.mp4"
    file.write_bytes(b"an animation")
    link = f"https://bot.example/s/{JOB}"
    return ResultCard(JOB, "a red circle", file, (("seed", "42"),), link, False, 12.0)


@pytest.fixture
def direct(simcord_env: simcord.Env, alice: simcord.MemberActor) -> simcord.ChannelHandle:
    """Alice's direct messages with the bot."""
    return alice.user.dm_channel


@pytest.fixture
def deletions(simcord_env: simcord.Env, monkeypatch: pytest.MonkeyPatch) -> None:
    """End "is thinking…" with its message, as Discord does and SimCord doesn't."""
    backend = simcord_env.backend
    delete = backend.delete_message

    def end(channel: int, message: int) -> None:
        delete(channel, message)
        for record in backend.interactions.values():
            if record.message_id == message and record.loading:
                record.complete_deferred()

    monkeypatch.setattr(backend, "delete_message", end)


def files_of(message: discord.Message | None) -> list[str]:
    assert message is not None
    return [file.filename for file in message.attachments]


async def test_an_error_is_shown_to_whoever_asked_alone_and_the_channel_stays_clean(
    channel, alice, service, deletions
):
    service.error = InputError("steps", "0 is too few", "use 1 to 150")

    answer = await alice.slash(channel, "giffusion animate", **ASKED)

    assert channel.history() == []
    (told,) = answer.followups
    assert told.ephemeral
    assert told.embeds[0].description == "steps: 0 is too few; use 1 to 150"
    assert told.embeds[0].colour == discord.Colour.red()


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/webhooks/*"), ("POST", "/webhooks/*")])
async def test_an_error_that_cannot_be_told_alone_is_told_in_the_channel(
    simcord_env, channel, alice, service, method, path
):
    service.error = InputError("steps", "0 is too few", "use 1 to 150")
    simcord_env.inject_error(method, path, status=403, code=MISSING_ACCESS)

    await alice.slash(channel, "giffusion animate", **ASKED)

    (message,) = channel.history()
    assert "0 is too few" in message.embeds[0].description


async def test_an_error_after_the_queue_is_shown_where_the_job_was(
    simcord_env, channel, alice, service
):
    service.cards = [(0, QUEUED), (10, TextCard("The video card is out of memory.", error=True))]
    await alice.slash(channel, "giffusion animate", **ASKED)
    await simcord_env.advance_time(10)

    (message,) = channel.history()
    assert "out of memory" in message.embeds[0].description


async def test_a_private_answer_is_seen_by_whoever_asked_alone(channel, alice, service):
    service.cards = [(0, ListCard("Queue", (), "Nothing waits."))]

    answer = await alice.slash(channel, "giffusion queue")

    assert isinstance(service.commands[0].command, Queue)
    assert answer.response.ephemeral
    assert answer.response.embeds[0].description == "Nothing waits."
    assert channel.history() == []


async def test_a_private_answer_never_becomes_a_public_one(
    simcord_env, channel, alice, service, direct
):
    service.cards = [(16 * MINUTES, ListCard("Queue", (), "Nothing waits."))]

    await alice.slash(channel, "giffusion queue")
    await simcord_env.advance_time(16 * MINUTES)

    assert channel.history() == []
    assert direct.last_message.embeds[0].description == "Nothing waits."


async def test_what_cannot_be_shown_in_its_channel_any_more_comes_by_direct_message(
    simcord_env, channel, alice, service, result, direct
):
    service.cards = [(0, QUEUED), (20 * MINUTES, PROGRESS), (10, result)]
    await alice.slash(channel, "giffusion animate", **ASKED)
    simcord_env.inject_error(
        "*", f"/channels/{channel.id}/*", status=403, code=MISSING_ACCESS, times=None
    )

    await simcord_env.advance_time(20 * MINUTES + 10)

    (message,) = direct.history()
    assert message.content == "This could not be shown where you asked for it:"
    assert files_of(message) == ["animation.mp4"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        pytest.param(404, 10003, id="the channel was deleted"),
        pytest.param(403, MISSING_ACCESS, id="the bot was removed from the server"),
        pytest.param(403, MISSING_PERMISSIONS, id="the bot may not write there any more"),
        pytest.param(400, 160005, id="the thread was locked"),
    ],
)
async def test_a_result_without_a_place_goes_to_its_user(
    simcord_env, channel, alice, service, result, direct, status, code
):
    service.cards = [(0, QUEUED), (20 * MINUTES, result)]
    await alice.slash(channel, "giffusion animate", **ASKED)
    simcord_env.inject_error("*", f"/channels/{channel.id}/*", status=status, code=code, times=None)

    await simcord_env.advance_time(20 * MINUTES)

    assert files_of(direct.last_message) == ["animation.mp4"]


async def test_where_direct_messages_are_closed_as_well_it_is_logged_once(
    simcord_env, channel, alice, service, result, direct, caplog
):
    service.cards = [(0, QUEUED), (20 * MINUTES, PROGRESS), (10, result)]
    await alice.slash(channel, "giffusion animate", **ASKED)
    simcord_env.inject_error("*", "/channels/*", status=403, code=50007, times=None)

    await simcord_env.advance_time(20 * MINUTES + 10)

    assert direct.history() == []
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert ["Nothing can be shown" in record.getMessage() for record in warnings] == [True]


async def test_where_files_may_not_be_attached_the_result_is_linked(
    simcord_env, channel, alice, service, result
):
    service.cards = [(0, QUEUED), (20 * MINUTES, result)]
    await alice.slash(channel, "giffusion animate", **ASKED)
    # An edit, and then a new message: both with the file.
    simcord_env.inject_error("*", "/channels/*", status=403, code=MISSING_PERMISSIONS, times=2)

    await simcord_env.advance_time(20 * MINUTES)

    (message,) = channel.history()
    assert files_of(message) == []
    assert "can't be uploaded here" in message.embeds[0].description


async def test_where_the_bot_is_not_a_member_a_job_tells_where_its_result_goes_if_it_takes_long(
    simcord_env, channel, alice, service, result, direct, monkeypatch
):
    # As for an app that a user installed for themself, which SimCord doesn't tell apart.
    monkeypatch.setattr(discord.Interaction, "is_user_integration", lambda _: True)
    simcord_env.inject_error(
        "*", f"/channels/{channel.id}/*", status=403, code=MISSING_ACCESS, times=None
    )
    service.cards = [(0, QUEUED), (60, PROGRESS), (20 * MINUTES, result)]

    await alice.slash(channel, "giffusion animate", **ASKED)
    assert "15 minutes" in channel.last_message.embeds[0].footer.text
    await simcord_env.advance_time(60)
    assert "direct message" in channel.last_message.embeds[0].footer.text
    await simcord_env.advance_time(20 * MINUTES)

    assert files_of(direct.last_message) == ["animation.mp4"]


async def test_where_the_bot_is_a_member_no_job_speaks_of_direct_messages(channel, alice, service):
    service.cards = [(0, QUEUED)]

    await alice.slash(channel, "giffusion animate", **ASKED)

    assert channel.last_message.embeds[0].footer.text is None


async def test_where_the_rules_say_so_no_picture_is_seen_before_somebody_uncovers_it(
    simcord_env, channel, alice, service, adapter, result
):
    adapter._desk.rules.write(channel.guild.id, ServerRules(adults=Adults.SPOILER))
    service.cards = [(0, QUEUED), (10, PROGRESS), (10, result)]

    await alice.slash(channel, "giffusion animate", **ASKED)
    await simcord_env.advance_time(10)
    assert files_of(channel.last_message) == []
    await simcord_env.advance_time(10)

    (file,) = channel.last_message.attachments
    assert file.is_spoiler()
    assert channel.last_message.embeds[0].image.url is None


async def test_nothing_that_is_sent_can_ping(
    simcord_env, channel, alice, service, result, deletions
):
    for cards in ([(0, QUEUED), (10, PROGRESS), (10, result)], [(0, TextCard("@here", True))]):
        service.cards = cards
        await alice.slash(channel, "giffusion animate", **ASKED)
        await simcord_env.advance_time(20)

    sent = [
        request.json
        for request in simcord_env.http_requests
        if isinstance(request.json, dict) and "embeds" in request.json
    ]
    assert len(sent) == 4
    assert all(payload["allowed_mentions"] == {"parse": []} for payload in sent)


@pytest.mark.skipif(not CONTRACT.exists(), reason=f"Discord's own document is not at {CONTRACT}")
async def test_all_that_is_sent_is_as_discord_documents_it(
    simcord_env, channel, alice, service, result, deletions
):
    mine = Row("a red circle", job=JOB, position=1, seconds=60)
    prompts = PromptsCard("Three ideas:", "0: a", b"picture", "a wave", inputs_of=JOB, topics="sea")
    steps = [
        [(0, replace(QUEUED, notes=("Rounded.",))), (10, PROGRESS), (10, result)],
        [(0, ListCard("Queue", (Row("", position=0), mine), "Be patient."))],
        [(0, prompts)],
        [(0, TextCard("steps: 0 is too few", error=True))],
        [(0, QUEUED), (20 * MINUTES, result)],
    ]
    for cards in steps:
        if cards is steps[-1]:
            simcord_env.inject_error(
                "*", f"/channels/{channel.id}/*", status=403, code=MISSING_ACCESS, times=None
            )
        service.cards = cards
        await alice.slash(channel, "giffusion animate", **ASKED)
        await simcord_env.advance_time(20 * MINUTES)

    contract = DiscordContract()
    sent = [r for r in simcord_env.http_requests if r.method in {"POST", "PATCH", "DELETE"}]
    problems = {
        f"{request.method} {request.path}": found
        for request in sent
        if (found := contract.problems(request.method, request.path, request.json))
    }
    assert problems == {}
    paths = {request.method + request.path.split("/")[1] for request in sent}
    assert {"DELETEwebhooks", "POSTwebhooks", "POSTusers", "POSTchannels"} <= paths


async def test_results_never_wait_behind_previews(
    simcord_env, channel, alice, service, adapter, monkeypatch
):
    monkeypatch.setattr(pacing, "SECONDS", 2.0)
    service.cards = [(0, QUEUED)]
    for number in range(5):
        await alice.slash(channel, "giffusion animate", prompts=f"0: job {number}")
    places = [command.conversation for command in service.commands]
    before = len(simcord_env.http_requests)

    def edits() -> int:
        return sum(request.method == "PATCH" for request in simcord_env.http_requests[before:])

    def shown() -> list[str]:
        return [message.embeds[0].description for message in channel.history()]

    for place in places:
        await adapter.show(place, PROGRESS)
    assert edits() == 3, "previews leave some of Discord's room to results"
    await adapter.show(places[3], TextCard("Cancelled."))
    assert edits() == 4
    assert "Place 3" in shown()[4], "its preview waits"

    await until(lambda: "6 of 24" in shown()[4])
    assert edits() == 5
    assert shown()[3] == "Cancelled.", "a preview that waited is dropped by what comes last"


async def test_of_previews_that_wait_only_the_newest_is_shown(
    simcord_env, channel, alice, service, adapter, monkeypatch
):
    monkeypatch.setattr(pacing, "SECONDS", 1.0)
    service.cards = [(0, QUEUED)]
    await alice.slash(channel, "giffusion animate", **ASKED)
    place = service.commands[0].conversation

    for done in range(9):
        await adapter.show(place, replace(PROGRESS, done=done))

    assert "2 of 24" in channel.last_message.embeds[0].description
    await until(lambda: "8 of 24" in channel.last_message.embeds[0].description)
    patches = [r for r in simcord_env.http_requests if r.path.startswith("/channels/")]
    assert len(patches) == 4


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)
