"""What is offered while a user types into an option."""

import asyncio

import pytest

from bot.commands import Help
from bot.discord.commands import suggestions
from bot.help import help_text
from engine.settings import Settings

pytestmark = pytest.mark.simcord(shard_count=1)


def names(choices):
    return [choice["name"] for choice in choices]


@pytest.mark.parametrize(
    ("command", "option", "kind"),
    [
        ("animate", "model", "model"),
        ("animate", "preset", "preset"),
        ("animate", "scheduler", "scheduler"),
        ("session load", "session", "session"),
        ("session save", "session", "session"),
    ],
)
async def test_what_goes_with_the_typed_text_is_offered(
    channel, alice, service, command, option, kind
):
    service.suggestions[kind] = [("small: quick", "small"), ("large: fine", "large")]

    offered = await alice.autocomplete(channel, f"giffusion {command}", option, "lar")

    assert offered == [{"name": "large: fine", "value": "large"}]


async def test_a_user_is_offered_their_own_sessions(channel, alice, service, monkeypatch):
    asked = []

    async def suggest(*question):
        asked.append(question)
        return []

    monkeypatch.setattr(service, "suggest", suggest)

    await alice.autocomplete(channel, "giffusion session load", "session", "sea")

    assert asked == [("session", f"discord:{channel.guild.id}:{alice.id}", "sea")]


async def test_a_list_is_shortened_to_what_discord_shows(channel, alice, service):
    many = [(f"model {number} " + "x" * 100, str(number)) for number in range(40)]
    service.suggestions["model"] = [("too long to be chosen", "x" * 101), *many]

    offered = await alice.autocomplete(channel, "giffusion animate", "model", "")

    assert [choice["value"] for choice in offered] == [str(number) for number in range(25)]
    assert max(map(len, names(offered))) == 100


@pytest.mark.parametrize("fault", [ConnectionError("no database"), TimeoutError()])
async def test_a_fault_offers_nothing_and_is_logged(
    channel, alice, service, monkeypatch, caplog, fault
):
    async def broken(*_):
        raise fault

    monkeypatch.setattr(service, "suggest", broken)

    offered = await alice.autocomplete(channel, "giffusion animate", "model", "")

    assert offered == []
    assert "No model could be suggested" in caplog.text


async def test_a_slow_answer_is_not_waited_for(channel, alice, service, monkeypatch):
    async def slow(*_):
        await asyncio.sleep(60)
        return [("late", "late")]

    monkeypatch.setattr(service, "suggest", slow)
    monkeypatch.setattr(suggestions, "SECONDS", 0.05)

    assert await alice.autocomplete(channel, "giffusion animate", "model", "") == []


async def test_help_is_offered_on_groups_and_settings(channel, alice):
    async def offered(typed):
        return names(await alice.autocomplete(channel, "giffusion help", "topic", typed))

    assert (await offered(""))[: len(Settings.groups())] == list(Settings.groups())
    assert len(await offered("")) == 25
    assert (await offered("--Zoo")) == ["zoom"]
    assert (await offered("guidance sc")) == ["guidance_scale"]
    assert (await offered("frames"))[0] == "frames", "what begins so comes first"
    assert (await offered("nothing like it")) == []


def test_there_is_help_on_every_topic_that_is_offered():
    for topic in suggestions.TOPICS:
        assert help_text(Help(topic).topic) != help_text(), topic


async def test_groups_are_offered_one_after_the_other(channel, alice):
    async def offered(typed):
        return names(await alice.autocomplete(channel, "giffusion session load", "groups", typed))

    assert await offered("mo") == ["motion"]
    assert await offered("motion, pr") == ["motion, prompts", "motion, preprocessing"]
    assert "motion, motion" not in await offered("motion, ")
    assert await offered("motion, moods") == []
