"""Discord over real HTTP: what the bot sends, and how it takes what comes back."""

import asyncio
import logging
from types import SimpleNamespace

import discord
import pytest

from bot.cards import TextCard, WaitingCard
from bot.commands import Animate
from bot.discord import attachments, client
from bot.discord.attachments import DiscordAttachment
from bot.discord.delivery import Place
from engine.errors import ConfigurationError, MediaError
from tests.support.discord_contract import CONTRACT, DiscordContract
from tests.support.discord_over_http import (
    EDIT,
    KEYFRAMES,
    LINK,
    PROGRESS,
    PROMPTS,
    QUEUED,
    connect,
)
from tests.support.discord_server import CHANNEL, Refusal, sent_message


async def test_a_render_sends_the_animation_as_a_file_and_pings_nobody(
    adapter, server, service, result
):
    service.cards = [(0, QUEUED), (0, PROGRESS), (0, result)]
    await server.command(PROMPTS)

    rendering = await server.wait_for("PATCH", EDIT, count=1)
    finished = await server.wait_for("PATCH", EDIT, count=2)

    assert rendering.files == {"preview.webp": b"a picture"}
    assert finished.files == {"animation.mp4": result.file.read_bytes()}
    assert finished.payload["allowed_mentions"] == {"parse": []}
    assert finished.payload["components"][-1]["components"][-1]["url"] == LINK


async def test_a_picture_is_sent_as_a_file_with_what_it_shows_in_words(adapter, server, service):
    service.cards = [(0, WaitingCard("Listening…")), (0, KEYFRAMES)]
    await server.command("keyframes")

    sent = await server.wait_for("PATCH", EDIT)

    assert sent.files == {"picture.png": b"picture"}
    assert sent.payload["embeds"][0]["image"]["url"] == "attachment://picture.png"
    assert sent.payload["attachments"] == [
        {"id": 0, "filename": "picture.png", "description": "the wave of a song"}
    ]
    assert sent.payload["allowed_mentions"] == {"parse": []}


@pytest.mark.skipif(not CONTRACT.exists(), reason=f"Discord's own document is not at {CONTRACT}")
async def test_every_request_of_a_commands_life_is_as_discord_documents_it(
    adapter, server, service, result
):
    service.cards = [(0, QUEUED), (0, PROGRESS), (0, result)]
    await server.command(PROMPTS)
    await server.wait_for("PATCH", EDIT, count=2)
    service.cards = [(0, WaitingCard("Listening…")), (0, KEYFRAMES)]
    await server.command("keyframes")
    await server.wait_for("PATCH", EDIT, count=3)
    service.cards = [(0, QUEUED), (0, PROGRESS), (0, TextCard("steps: 0 is too few", error=True))]
    server.refusals.append(Refusal("PATCH", EDIT, 404, code=10008))
    server.refusals.append(Refusal("PATCH", "/webhooks/", 401, code=50027))
    await server.command("0: nothing")
    reposted = await server.wait_for("POST", f"/channels/{CHANNEL}/messages")
    await server.press_cancel(sent_message("99") | {"components": reposted.payload["components"]})
    await server.wait_for("PATCH", "/webhooks/", count=4)

    contract = DiscordContract()
    problems = {
        f"{request.method} {request.path}": found
        for request in server.requests
        if (found := contract.problems(request.method, request.path, request.payload))
    }

    assert problems == {}
    assert len({request.method + request.path for request in server.requests}) >= 9


@pytest.mark.skipif(not CONTRACT.exists(), reason=f"Discord's own document is not at {CONTRACT}")
async def test_forms_suggestions_and_refusals_are_as_discord_documents_them(
    adapter, server, service
):
    service.suggestions["model"] = [("small: quick", "small")]
    typed = {"name": "model", "type": 3, "value": "sm", "focused": True}
    wrong = {"name": "settings", "type": 3, "value": "--stepz 9"}
    form = {
        "custom_id": "giffusion:form:::",
        "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "prompts", "value": PROMPTS}},
            {"type": 18, "component": {"type": 4, "custom_id": "settings", "value": "slowly"}},
        ],
    }

    await server.animate([])
    await server.wait_for("POST", "/interactions/", count=1)
    await server.animate([typed], kind=4)
    await server.wait_for("POST", "/interactions/", count=2)
    await server.animate([wrong])
    await server.wait_for("POST", "/interactions/", count=3)
    await server.submit(form)
    given_back = await server.wait_for("POST", "/interactions/", count=4)

    answers = [r for r in server.requests if r.path.startswith("/interactions/")]
    assert [answer.payload["type"] for answer in answers] == [9, 8, 4, 4]
    assert answers[1].payload["data"]["choices"] == [{"name": "small: quick", "value": "small"}]
    assert given_back.files == {
        "what-you-wrote.txt": f"prompts:\n{PROMPTS}\n\nsettings:\nslowly".encode()
    }
    contract = DiscordContract()
    problems = [contract.problems(r.method, r.path, r.payload) for r in server.requests]
    assert [found for found in problems if found] == []


@pytest.mark.skipif(not CONTRACT.exists(), reason=f"Discord's own document is not at {CONTRACT}")
def test_the_document_does_find_what_is_wrong() -> None:
    contract = DiscordContract()
    too_long = {"embeds": [{"title": "x" * 257}]}

    assert contract.problems("PATCH", "/channels/1/messages/2", {"content": "fine"}) == []
    assert contract.problems("PATCH", "/channels/1/messages/2", too_long) != []
    assert contract.problems("PATCH", "/channels/1/messages/2", {"content": 7}) != []


async def test_a_refused_token_is_reported_at_once(server, service, tmp_path):
    adapter = connect(service, server, tmp_path, token="a.wrong.token")

    with pytest.raises(ConfigurationError, match="DISCORD_TOKEN: Discord refuses"):
        await adapter.start()

    assert len(server.requests) == 1
    await adapter.stop()


async def test_a_discord_that_is_out_of_reach_at_first_is_connected_to_later(
    server, service, tmp_path
):
    adapter = connect(service, server, tmp_path)
    await server.stop()

    await adapter.start()
    await server.start()
    try:
        await server.wait_for_gateway()
    finally:
        await adapter.stop()


async def test_a_spent_budget_of_command_definitions_does_not_keep_the_bot_from_starting(
    server, service, tmp_path, monkeypatch
):
    monkeypatch.setattr(client, "PUBLISH_SECONDS", 0.1)
    server.refusals.append(Refusal("PUT", "/applications/", 429, code=30034, retry_after=3_600))
    adapter = connect(service, server, tmp_path)

    await adapter.start()

    await server.wait_for_gateway()
    assert not (tmp_path / "discord" / "commands").exists(), "it is tried again at the next start"
    await adapter.stop()


async def test_a_card_shown_before_the_bot_is_connected_waits_for_it(
    server, service, tmp_path, result
):
    adapter = connect(service, server, tmp_path)
    conversation = {"guild": None, "channel": 13, "message": 99, "upload_bytes": 10_000}
    showing = asyncio.create_task(adapter.show(conversation, result))
    await asyncio.sleep(0)

    await adapter.start()
    await showing

    assert (await server.wait_for("PATCH", EDIT)).path == EDIT + "99"
    await adapter.stop()


async def test_an_event_that_cannot_be_read_does_not_stop_the_bot(adapter, server, service):
    service.cards = [(0, QUEUED)]

    await server.event("INTERACTION_CREATE", {"nothing": "that discord.py can read"})
    await server.wait_for_gateway(connections=2)
    await server.command(PROMPTS)

    await server.wait_for("PATCH", "/webhooks/")
    assert [command.command for command in service.commands] == [Animate({"prompts": PROMPTS})]


async def test_a_command_taken_before_the_connection_broke_is_answered_after_it(
    adapter, server, service
):
    await server.command(PROMPTS)
    await server.wait_for("POST", "/interactions/")
    await server.event("INTERACTION_CREATE", {"nothing": "that discord.py can read"})
    await server.wait_for_gateway(connections=2)

    (command,) = service.commands
    await adapter.show(command.conversation, QUEUED)

    assert await server.wait_for("PATCH", EDIT)


@pytest.mark.parametrize(
    "options",
    [
        [],
        [{"name": "prompts", "type": 3, "value": PROMPTS}],  # as it was before its subcommands
        [{"name": "paint", "type": 1, "options": []}],
    ],
)
async def test_an_outdated_command_is_answered_and_the_bot_goes_on(
    adapter, server, service, options
):
    data = {"id": "20", "name": "giffusion", "type": 1, "options": options}
    await server._interaction({"type": 2, "data": data})

    answer = await server.wait_for("POST", "/interactions/")

    assert "Reload Discord" in answer.payload["data"]["content"]
    assert answer.payload["data"]["flags"] == 64, "only the user sees it"
    assert service.commands == []
    service.cards = [(0, QUEUED)]
    await server.command(PROMPTS)
    await server.wait_for("PATCH", "/webhooks/")
    assert [command.command for command in service.commands] == [Animate({"prompts": PROMPTS})]


async def test_too_many_requests_are_sent_again_when_discord_says_so(
    adapter, server, service, result
):
    service.cards = [(0, QUEUED), (0, PROGRESS)]
    server.refusals.append(Refusal("PATCH", EDIT, 429, times=2))

    await server.command(PROMPTS)

    assert (await server.wait_for("PATCH", EDIT, count=3)).files == {"preview.webp": b"a picture"}


async def test_a_result_can_be_posted_when_discord_is_back(adapter, server, result):
    conversation = {"guild": None, "channel": 13, "message": 99, "upload_bytes": 10_000}
    server.refusals.append(Refusal("PATCH", EDIT, 503))

    with pytest.raises(discord.DiscordServerError):
        await adapter.show(conversation, result)
    await adapter.show(conversation, result)

    assert "animation.mp4" in (await server.wait_for("PATCH", EDIT, count=2)).files


PLACE = Place(guild=None, channel=13, message=99, upload_bytes=10_000).model_dump()


async def test_a_result_shown_again_after_a_restart_is_the_same_message_with_one_file(
    adapter, server, service, result, tmp_path
):
    await adapter.show(PLACE, PROGRESS)
    await adapter.show(PLACE, result)
    await adapter.stop()
    after = connect(service, server, tmp_path)
    await after.start()
    try:
        assert await after.show(PLACE, result) is None
    finally:
        await after.stop()

    (shown,) = server.messages.shown.values()
    assert shown.files == {"animation.mp4": result.file.read_bytes()}


@pytest.mark.parametrize("first", [QUEUED, PROGRESS, "the result"])
async def test_a_message_that_stands_for_a_deleted_one_is_found_again_after_a_kill(
    adapter, server, service, result, tmp_path, first
):
    """The kill came before the new message could be noted."""
    server.messages.delete("99")
    assert await adapter.show(PLACE, result if first == "the result" else first) != PLACE
    await adapter.stop()
    after = connect(service, server, tmp_path)
    await after.start()
    try:
        moved_to = await after.show(PLACE, result)
    finally:
        await after.stop()

    ((number, shown),) = server.messages.shown.items()
    assert moved_to == PLACE | {"message": int(number)}
    assert shown.files == {"animation.mp4": result.file.read_bytes()}
    assert shown.components[-1]["components"][-1]["url"] == LINK


async def test_a_message_that_stands_for_a_deleted_one_is_gone_on_with(adapter, server, result):
    server.messages.delete("99")
    moved_to = await adapter.show(PLACE, PROGRESS)
    server.messages.forget_nonces()

    assert await adapter.show(moved_to, result) is None

    ((number, shown),) = server.messages.shown.items()
    assert moved_to == PLACE | {"message": int(number)}
    assert list(shown.files) == ["animation.mp4"]


async def test_a_message_that_its_user_deletes_again_and_again_comes_back_as_often(
    adapter, server, result
):
    server.messages.delete("99")
    moved_to = await adapter.show(PLACE, PROGRESS)
    server.messages.delete(str(moved_to["message"]))

    assert await adapter.show(moved_to, result) not in (PLACE, moved_to, None)

    (shown,) = server.messages.shown.values()
    assert list(shown.files) == ["animation.mp4"]


async def test_a_result_waits_for_a_new_token_where_the_old_one_is_refused(adapter, server, result):
    server.refusals += [
        Refusal("PATCH", EDIT, 401),
        Refusal("POST", f"/channels/{CHANNEL}/messages", 401),
    ]

    with pytest.raises(discord.HTTPException):
        await adapter.show(PLACE, result)
    await adapter.show(PLACE, result)

    (shown,) = server.messages.shown.values()
    assert list(shown.files) == ["animation.mp4"]


async def test_a_file_that_discord_refuses_as_too_large_is_linked(adapter, server, service, result):
    service.cards = [(0, QUEUED), (0, result)]
    server.refusals.append(Refusal("PATCH", EDIT, 413, code=40005))

    await server.command(PROMPTS)

    linked = await server.wait_for("PATCH", EDIT, count=2)
    assert linked.files == {} and linked.payload["attachments"] == []
    assert "can't be uploaded here" in linked.payload["embeds"][0]["description"]


async def test_an_expired_token_is_not_needed(adapter, server, service, result):
    service.cards = [(0, QUEUED), (0, result)]
    server.refusals.append(Refusal("PATCH", "/webhooks/", 401, code=50027, times=9))

    await server.command(PROMPTS)

    assert "animation.mp4" in (await server.wait_for("PATCH", EDIT, count=2)).files


async def test_an_acknowledgement_that_arrived_after_all_is_built_upon(adapter, server, service):
    service.cards = [(0, QUEUED)]
    server.refusals.append(Refusal("POST", "/interactions/", 400, code=40060))

    await server.command(PROMPTS)

    await server.wait_for("GET", "/webhooks/")
    await server.wait_for("PATCH", "/webhooks/")


async def test_a_command_that_came_too_late_is_logged_and_the_bot_goes_on(
    adapter, server, service, caplog
):
    server.refusals.append(Refusal("POST", "/interactions/", 404, code=10062, times=2))
    await server.command("0: too late")
    await server.wait_for("POST", "/interactions/", count=2)

    service.cards = [(0, QUEUED)]
    await server.command(PROMPTS)
    await server.wait_for("PATCH", "/webhooks/")

    assert [command.command for command in service.commands] == [Animate({"prompts": PROMPTS})]
    assert any(record.levelno >= logging.ERROR for record in caplog.records)


class TestAttachments:
    """A user's file, as it is fetched from Discord's file servers."""

    @pytest.fixture
    def attachment(self, server, monkeypatch):
        monkeypatch.setattr(attachments, "CDN_ORIGINS", frozenset({server.origin}))

        def attach(name: str, size: int) -> DiscordAttachment:
            url = f"{server.origin}/files/{name}"
            data = {"id": "1", "filename": name, "size": size, "url": url, "proxy_url": url}
            state = SimpleNamespace(http=None)  # what discord.py itself would download with
            return DiscordAttachment(discord.Attachment(data=data, state=state))

        return attach

    async def test_a_file_is_saved_whole(self, attachment, server, tmp_path):
        server.files["start.png"] = bytes(range(256)) * 1_000
        await attachment("start.png", 256_000).save(tmp_path / "image", limit=300_000)
        assert (tmp_path / "image").read_bytes() == server.files["start.png"]

    async def test_a_file_larger_than_it_said_is_given_up(self, attachment, server, tmp_path):
        server.files["start.png"] = bytes(300_000)
        with pytest.raises(MediaError, match=r"start\.png: it is larger than 0\.191 MiB"):
            await attachment("start.png", 100).save(tmp_path / "image", limit=200_000)
        assert not (tmp_path / "image").exists()

    async def test_a_file_that_says_it_is_too_large_is_not_asked_for(self, attachment, tmp_path):
        with pytest.raises(MediaError, match=r"larger than 4\.77 MiB"):
            await attachment("missing.png", 6_000_000).save(tmp_path / "image", limit=5_000_000)

    async def test_a_file_that_is_gone_is_said_to_be(self, attachment, tmp_path):
        with pytest.raises(MediaError, match=r"missing\.png could not be fetched"):
            await attachment("missing.png", 100).save(tmp_path / "image", limit=1_000)

    async def test_a_redirect_is_not_followed(self, attachment, server, tmp_path):
        server.files["start.png"] = b"elsewhere"
        with pytest.raises(MediaError, match="could not be fetched"):
            await attachment("elsewhere.png", 9).save(tmp_path / "image", limit=1_000)
