"""Buttons, forms, reactions and replies over real HTTP: each request is as Discord documents it."""

import asyncio

import pytest

from bot.cards import ListCard, PromptsCard, Row, TextCard
from bot.commands import Animate, Inspire
from bot.discord import attachments
from bot.port import Recalled
from tests.support.discord_contract import CONTRACT, DiscordContract
from tests.support.discord_over_http import EDIT, LINK, PROMPTS, QUEUED
from tests.support.discord_server import BOT, CHANNEL, USER, Refusal, sent_message
from tests.support.discord_service import JOB

MESSAGES = f"/channels/{CHANNEL}/messages"
OWNER = f"discord:dm:{USER}"


@pytest.fixture
def checked(server):
    """What all requests of the test are held to, once it is over."""
    yield
    if not CONTRACT.exists():
        pytest.skip(f"Discord's own document is not at {CONTRACT}")
    contract = DiscordContract()
    problems = {
        f"{r.method} {r.path}": contract.problems(r.method, r.path, r.payload)
        for r in server.requests
    }
    assert {request: found for request, found in problems.items() if found} == {}


@pytest.fixture
async def posted(adapter, server, service, result, checked):
    """The message of a finished animation, as Discord sends it with what is done to it."""
    service.owner = OWNER
    service.recalled[JOB] = Recalled(JOB, OWNER, PROMPTS, {"seed": "42", "zoom": "1.02"})
    service.results[JOB] = result
    service.cards = [(0, result)]
    await server.command(PROMPTS)
    await server.wait_for("PATCH", "/webhooks/")
    (number,) = server.messages.shown
    service.cards = [(0, QUEUED)]
    return sent_message(number) | server.messages.described(number)


async def asked(service, count):
    """The last of the commands that the service was given, once there are so many."""
    async with asyncio.timeout(10):
        while len(service.commands) < count:
            await asyncio.sleep(0.01)
    return service.commands[count - 1].command


def button(message, label):
    """The id of the button of that label."""
    buttons = [b for row in message["components"] for b in row["components"]]
    return next(b["custom_id"] for b in buttons if b["label"] == label)


async def answers(server, count):
    """The last answer to an interaction, once there are so many."""
    return (await server.wait_for("POST", "/interactions/", count)).payload


async def test_buttons_start_new_animations_and_open_forms(server, service, posted):
    await server.press(button(posted, "Again"), posted)
    assert (await answers(server, 2))["type"] == 5
    for place, label in enumerate(("Edit", "Frame as picture", "Use as video", "Save"), start=3):
        await server.press(button(posted, label), posted)
        form = await answers(server, place)
        assert form["type"] == 9, label

    assert await asked(service, 2) == Animate({"seed": None}, like=JOB)


async def test_a_form_is_sent_in_and_its_animation_follows(server, service, posted):
    await server.press(button(posted, "Edit"), posted)
    form = (await answers(server, 2))["data"]
    fields = [label["component"] for label in form["components"]]
    filled = {field["custom_id"]: field.get("value", "") for field in fields}
    assert filled["prompts"] == "0: a red circle\n24: a blue star"
    assert filled["settings"] == "--seed 42 --zoom 1.02"

    sent = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
        for name, value in (filled | {"prompts": "0: a lion"}).items()
        if name in ("prompts", "negative", "settings")
    ]
    await server.submit({"custom_id": form["custom_id"], "components": sent})
    await answers(server, 3)

    assert (await asked(service, 2)).values == {
        "prompts": "0: a lion",
        "seed": "42",
        "zoom": "1.02",
    }


async def test_deleting_asks_first_and_takes_the_message_away(server, service, posted):
    await server.press(button(posted, "Delete"), posted)
    question = (await server.wait_for("POST", "/webhooks/")).payload
    assert question["flags"] == 64, "only the user sees it"
    shown = sent_message("5") | {"flags": 64, "components": question["components"]}
    await server.press(button(shown, "Delete it"), shown)

    await server.wait_for("DELETE", f"{MESSAGES}/{posted['id']}")
    assert service.deleted == [JOB]


async def test_reactions_do_what_buttons_do(server, service, posted):
    await server.react("🔁", posted["id"])
    again = await server.wait_for("POST", MESSAGES)
    assert again.payload["message_reference"]["message_id"] == int(posted["id"])
    assert again.payload["allowed_mentions"] == {"parse": [], "replied_user": False}
    await server.wait_for("PATCH", EDIT)
    assert await asked(service, 2) == Animate({"seed": None}, like=JOB)

    await server.react("✉️", posted["id"])
    await server.wait_for("POST", "/users/@me/channels")
    sent = await server.wait_for("POST", MESSAGES, count=2)
    assert list(sent.files) == ["animation.mp4"]

    await server.react("❌", posted["id"])
    await server.wait_for("DELETE", f"{MESSAGES}/{posted['id']}")
    assert service.deleted == [JOB]


async def test_a_song_in_a_reply_makes_the_animation_again_with_it(
    server,
    service,
    posted,
    monkeypatch,
):
    monkeypatch.setattr(attachments, "CDN_ORIGINS", frozenset({server.origin}))
    await server.say("--fit audio", "song.mp3", reply_to=posted)

    answer = await server.wait_for("POST", MESSAGES)
    assert answer.payload["nonce"] and answer.payload["enforce_nonce"]
    await server.wait_for("PATCH", EDIT)
    assert await asked(service, 2) == Animate({"fit": "audio"}, like=JOB)
    assert [file.name for file in service.commands[1].attachments] == ["song.mp3"]


async def test_the_same_reply_told_twice_is_answered_once(server, service, posted):
    number = await server.say("--seed 8", reply_to=posted)
    await server.wait_for("POST", MESSAGES)
    again = {"author": {"id": USER, "username": "alice", "discriminator": "0", "avatar": None}}
    reference = {"message_id": posted["id"], "channel_id": CHANNEL}
    told = sent_message(number) | again | {"type": 19, "content": "--seed 8"}
    told |= {"message_reference": reference, "referenced_message": posted}
    await server.event("MESSAGE_CREATE", told)
    await server.say("--seed 9", reply_to=posted)
    await server.wait_for("POST", MESSAGES, count=2)
    await server.wait_for("PATCH", EDIT, count=2)

    assert [c.command.values for c in service.commands[1:]] == [{"seed": "8"}, {"seed": "9"}]


async def test_inspiration_is_animated_from_its_message(
    adapter,
    server,
    service,
    checked,
):
    drawn = "0: a `quoted` heart\n12: a star"
    service.cards = [(0, PromptsCard("How about this?", drawn, topics="hearts"))]
    await server.command("inspire hearts")
    await server.wait_for("PATCH", "/webhooks/")
    (number,) = server.messages.shown
    card = sent_message(number) | server.messages.described(number)

    await server.press(button(card, "Animate"), card)
    await answers(server, 2)
    await server.press(button(card, "Again"), card)
    await answers(server, 3)

    assert (await asked(service, 2)).values == {"prompts": drawn}
    assert await asked(service, 3) == Inspire("hearts")


async def test_an_error_in_a_server_is_told_to_whoever_asked_alone(
    adapter,
    server,
    service,
    checked,
):
    server.in_server = True
    service.cards = [(0, TextCard("steps: 0 is too few", error=True))]
    await server.command(PROMPTS)

    await server.wait_for("DELETE", "/webhooks/")
    told = await server.wait_for("POST", "/webhooks/")
    assert told.payload["flags"] == 64
    assert "steps: 0 is too few" in told.payload["embeds"][0]["description"]


async def test_lists_are_shown_with_their_buttons(
    adapter,
    server,
    service,
    checked,
):
    rows = (Row("a corgi", job=JOB, position=1, seconds=60), Row("", position=2))
    service.cards = [(0, ListCard("Queue", rows, "And 3 more."))]
    await server.command("queue")

    shown = (await server.wait_for("PATCH", "/webhooks/")).payload
    assert button(shown, "Cancel 1") == f"giffusion:cancel:{JOB}"


@pytest.mark.parametrize(("status", "code"), [(429, 0), (500, 0), (502, 0), (503, 0)], ids=str)
async def test_a_busy_or_broken_discord_delays_an_answer_to_a_reply_and_loses_none(
    server,
    service,
    posted,
    status,
    code,
):
    server.refusals.append(Refusal("POST", MESSAGES, status, code))
    await server.say("--seed 8", reply_to=posted)

    await server.wait_for("PATCH", EDIT)

    assert (await asked(service, 2)).values == {"seed": "8"}
    assert BOT not in str(service.commands[1].user)


async def test_a_session_is_linked_from_its_message(posted):
    urls = [b.get("url") for row in posted["components"] for b in row["components"]]
    assert LINK in urls
