"""The web chat over HTTP: a message in, its cards out, jobs cancelled, restarts survived."""

import asyncio

import aiohttp
import pytest

from bot.cards import ProgressCard, PromptsCard, QueuedCard, ResultCard, TextCard, WaitingCard
from bot.web.server import WebServer
from bot.web_adapter import WebAdapter
from engine.errors import ConfigurationError, StoreAwayError
from tests.support.pictures import wave_png
from tests.support.playing_service import PlayingService
from tests.support.web_chat import seed_only, web_chat

COMMAND = "/giffusion 0: a red circle on a white background | 24: a blue star on a night sky"
JOB = "ab" * 12


async def test_a_message_is_taken_at_once_while_the_service_is_still_busy(web):
    web.service.open.clear()
    response = await web.post(COMMAND)
    assert response.status == 202
    [exchange] = await web.exchanges()
    assert exchange["id"] == (await response.json())["id"]
    assert (exchange["text"], exchange["card"]) == (COMMAND, None)
    web.service.open.set()


async def test_the_service_gets_the_words_and_a_user_it_can_name_again(web):
    first, second = await web.say("0: a corgi"), await web.say("0: a lion")
    assert (first.command, second.command) == ("0: a corgi", "0: a lion")
    assert first.user == second.user
    assert first.user.startswith("web:local:")
    assert first.conversation != second.conversation


async def test_cards_follow_one_another_in_the_answer(web):
    conversation = (await web.say(COMMAND)).conversation
    cards = [
        QueuedCard(JOB, "a corgi", 2, notes=("a remark",), seconds=170),
        ProgressCard(JOB, "a corgi", 5, 25, 12.5, b"picture"),
        ResultCard(
            JOB, "a corgi", web.folder / "a.mp4", (("seed", "7"),), "http://x/s/1", True, 3.5
        ),
    ]
    async with web.events() as events:
        seen = [await anext(events)]
        for card in cards:
            await web.adapter.show(conversation, card)
            seen.append(await anext(events))
    assert len({exchange["id"] for exchange in seen}) == 1
    _, queued, progress, result = seen
    assert queued["card"] == {
        "kind": "queued",
        "job": JOB,
        "title": "a corgi",
        "position": 2,
        "wait": "about 3 minutes",
    }
    assert (progress["card"]["done"], progress["card"]["frames"]) == (5, 25)
    assert progress["card"]["seconds_left"] == 12.5
    assert progress["preview"] is not None
    assert result["card"]["format"] == "mp4"
    assert result["card"]["details"] == [["seed", "7"]]
    assert result["card"]["local_link"] is True
    assert result["preview"] is None
    assert result["notes"] == ["a remark"]


async def test_the_preview_is_the_latest_picture_and_ends_with_the_render(web):
    conversation = (await web.say(COMMAND)).conversation
    address = f"/api/messages/{conversation['message']}/preview"
    await web.adapter.show(conversation, ProgressCard(JOB, "a", 1, 9, None, b"one"))
    [first] = await web.exchanges()
    await web.adapter.show(conversation, ProgressCard(JOB, "a", 2, 9, None, None))
    [same] = await web.exchanges()
    await web.adapter.show(conversation, ProgressCard(JOB, "a", 3, 9, None, b"two"))
    [other] = await web.exchanges()
    assert first["preview"] == same["preview"] != other["preview"]
    async with web.client.get(address) as response:
        assert (response.content_type, await response.read()) == ("image/webp", b"two")
    await web.adapter.show(conversation, TextCard("Cancelled."))
    async with web.client.get(address) as response:
        assert response.status == 204


async def test_a_picture_stays_with_its_words(web):
    conversation = (await web.say("keyframes", ("song.mp3", b"a song"))).conversation
    await web.adapter.show(conversation, WaitingCard("Listening…"))
    [waiting] = await web.exchanges()
    assert waiting["card"] == {"kind": "waiting", "text": "Listening…"}
    picture = wave_png()
    await web.adapter.show(conversation, PromptsCard("3 keyframes", "0: …", picture, "a wave"))
    [exchange] = await web.exchanges()
    assert exchange["card"] == {
        "kind": "prompts",
        "text": "3 keyframes",
        "to_copy": "0: …",
        "alt": "a wave",
    }
    assert exchange["preview"] is not None
    async with web.client.get(f"/api/messages/{conversation['message']}/preview") as response:
        assert (response.content_type, await response.read()) == ("image/png", picture)


async def test_another_browser_sees_nothing_of_this_one(web):
    conversation = (await web.say("0: a secret")).conversation
    await web.adapter.show(conversation, ProgressCard(JOB, "a", 1, 9, None, b"secret"))
    async with aiohttp.ClientSession(
        web.adapter.address, cookie_jar=aiohttp.CookieJar(unsafe=True)
    ) as other:
        async with other.get("/"):
            pass
        async with other.get(f"/api/messages/{conversation['message']}/preview") as response:
            assert (response.status, await response.read()) == (204, b"")
        async with other.get("/api/events") as response:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(_first_exchange(response), 0.2)


async def _first_exchange(response):
    async for line in response.content:
        if line.startswith(b"data"):
            return line
    raise AssertionError("the stream ended")


async def test_a_browser_without_its_cookie_is_told_to_reload(web):
    web.client.cookie_jar.clear()
    for response in (await web.post("0: a corgi"), await web.client.get("/api/events")):
        assert response.status == 401
        assert "Reload" in (await response.json())["error"]
    assert web.service.incoming == []


async def test_cancel_reaches_the_service_as_the_asking_user(web):
    await web.say(COMMAND)
    async with web.client.post(f"/api/jobs/{JOB}/cancel") as response:
        assert (response.status, await response.json()) == (200, {"text": "The job is cancelled."})
    assert web.service.cancelled == [JOB]


async def test_a_render_is_ended_with_the_frames_it_has(web):
    await web.say(COMMAND)
    async with web.client.post(f"/api/jobs/{JOB}/keep") as response:
        assert response.status == 200
    assert web.service.kept == [JOB]


async def test_another_user_cannot_cancel_and_is_told_why(web):
    await web.say(COMMAND)
    web.client.cookie_jar.clear()
    await web.client.get("/")
    async with web.client.post(f"/api/jobs/{JOB}/cancel") as response:
        assert response.status == 409
        assert "belongs to somebody else" in (await response.json())["error"]
    assert web.service.cancelled == []


async def test_who_cancels_while_the_job_store_is_away_is_told(web, monkeypatch):
    async def away(job: str, user: str, *, keep: bool = False) -> str:
        raise StoreAwayError

    await web.say(COMMAND)
    monkeypatch.setattr(web.service, "cancel", away)
    async with web.client.post(f"/api/jobs/{JOB}/cancel") as response:
        assert response.status == 503
        assert "try again in a minute" in (await response.json())["error"]


async def test_a_broken_service_is_an_error_in_the_chat_and_a_line_in_the_log(web, caplog):
    web.service.failure = RuntimeError("secret detail")
    await web.say("0: a corgi")
    [exchange] = await web.exchanges()
    assert exchange["card"]["error"] is True
    assert "secret detail" not in exchange["card"]["text"]
    assert "secret detail" in caplog.text


async def test_the_conversation_survives_a_restart(tmp_path):
    async with web_chat(tmp_path) as before:
        conversation = (await before.say("0: a corgi")).conversation
        await before.adapter.show(conversation, QueuedCard(JOB, "a corgi", 1))
        cookies = list(before.client.cookie_jar)
    async with web_chat(tmp_path) as after:
        after.client.cookie_jar.update_cookies({c.key: c for c in cookies})
        await after.adapter.show(conversation, TextCard("Done after the restart."))
        [exchange] = await after.exchanges()
    assert (exchange["text"], exchange["card"]["text"]) == ("0: a corgi", "Done after the restart.")


@pytest.mark.parametrize("shown", [None, WaitingCard("Listening…")])
async def test_a_message_that_a_stop_cut_short_is_answered_after_the_restart(tmp_path, shown):
    async with web_chat(tmp_path) as before:
        conversation = (await before.say("0: a corgi")).conversation
        if shown:
            await before.adapter.show(conversation, shown)
        cookies = list(before.client.cookie_jar)
    async with web_chat(tmp_path) as after:
        after.client.cookie_jar.update_cookies({c.key: c for c in cookies})
        [exchange] = await after.exchanges()
    assert exchange["card"]["error"] is True
    assert "send it again" in exchange["card"]["text"]


async def test_a_result_whose_message_is_gone_is_shown_all_the_same(web):
    user = (await web.say("0: a corgi")).user
    await web.adapter.show({"user": user, "message": "cd" * 12}, TextCard("Here it is."))
    texts = [exchange["card"] and exchange["card"]["text"] for exchange in await web.exchanges()]
    assert "Here it is." in texts


async def test_stopping_ends_open_streams_and_lets_go_of_the_port(tmp_path):
    async with web_chat(tmp_path) as web, web.client.get("/api/events") as response:
        async with asyncio.timeout(1.5):
            await web.adapter.stop()
            assert (await response.content.read()).startswith(b":")
        with pytest.raises(aiohttp.ClientConnectorError):
            await web.client.get("/healthz")


async def test_an_address_that_is_taken_is_a_configuration_error(web, tmp_path):
    port = int(web.adapter.address.rpartition(":")[2])
    server = WebServer("127.0.0.1", port)
    second = WebAdapter(PlayingService(), web.sessions, seed_only, tmp_path / "second", server)
    with pytest.raises(ConfigurationError, match=f"{port}.*choose another"):
        await second.start()


async def test_health_is_told_without_a_cookie(web):
    web.client.cookie_jar.clear()
    async with web.client.get("/healthz") as response:
        assert (response.status, await response.json()) == (200, {"status": "ok"})
