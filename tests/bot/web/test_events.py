"""The stream of exchanges: resumed, replayed, kept alive, never further behind than it must be."""

import asyncio

import pytest

from bot.cards import ProgressCard, TextCard
from bot.web import events


async def test_a_browser_that_reconnects_gets_only_what_changed(web):
    first = (await web.say("one")).conversation
    await web.say("two")
    last = (await web.exchanges())[-1]["revision"]
    assert await web.exchanges(last) == []
    await web.adapter.show(first, TextCard("done"))
    assert [exchange["text"] for exchange in await web.exchanges(last)] == ["one"]


@pytest.mark.parametrize("last", ["999999", "-1", "nonsense", "9" * 400, "²"])
async def test_a_revision_that_is_not_ours_replays_everything(web, last):
    await web.say("one")
    assert len(await web.exchanges(last)) == 1


async def test_a_change_comes_to_every_open_page(web):
    conversation = (await web.say("one")).conversation
    async with web.events() as here, web.events() as there:
        await anext(here), await anext(there)
        await web.adapter.show(conversation, TextCard("done"))
        for events in (here, there):
            assert (await anext(events))["card"]["text"] == "done"


async def test_what_was_replaced_before_it_was_sent_is_not_sent(web):
    conversation = (await web.say("one")).conversation
    for done in range(50):
        await web.adapter.show(conversation, ProgressCard("j", "one", done, 50, None, None))
    [exchange] = await web.exchanges()
    assert exchange["card"]["done"] == 49


async def test_a_silent_stream_is_kept_alive_by_comments(web, monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.01)
    async with web.client.get("/api/events") as response, asyncio.timeout(5):
        lines = [await response.content.readline() for _ in range(6)]
    assert {line for line in lines if line.strip()} == {b": hello\n", b": still here\n"}
