"""The whole service with Discord and Slack connected: command in, real animation out."""

import asyncio
import io
import re
from contextlib import asynccontextmanager

import aiohttp
import av
import pytest

from tests.gallery.prompts import wave_file
from tests.support.discord_server import TOKEN, LoopbackDiscord
from tests.support.service import running_service
from tests.support.slack_directory import CLIENT_ID, CLIENT_SECRET
from tests.support.slack_http import SIGNING_SECRET, HttpDelivery
from tests.support.slack_server import APP_TOKEN, BOT_TOKEN, LoopbackSlack

PROMPTS = "0: a red circle on a white background | 3: a blue star on a night sky"
# A worker that has to load its libraries first, on a busy machine.
PATIENCE = 240


@asynccontextmanager
async def connected(folder, discord=None, slack=None, **environment):
    """The service as an operator connects it, but to platforms on this machine."""
    if discord is not None:
        environment |= {
            "DISCORD_TOKEN": TOKEN,
            "GIFFUSION_DISCORD__API_URL": discord.api_url,
            "GIFFUSION_DISCORD__GATEWAY_URL": discord.gateway_url,
        }
    if slack is not None:
        environment |= {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "GIFFUSION_SLACK__API_URL": slack.api_url,
            **environment,
        }
    service = running_service(folder, **environment)
    # In a thread, as the platforms are played on this test's own event loop.
    try:
        yield await asyncio.to_thread(service.__enter__)
    finally:
        await asyncio.to_thread(service.__exit__, None, None, None)


@pytest.fixture
async def discord():
    server = LoopbackDiscord()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def slack():
    async with LoopbackSlack() as workspace:
        yield workspace


def count_frames(content):
    with av.open(io.BytesIO(content)) as file:
        return sum(1 for _ in file.decode(video=0))


async def until(is_so):
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.05)


def posted_files(discord):
    """Every animation that was posted or edited into a message on Discord."""
    return [
        (request.payload, content)
        for request in discord.requests
        for name, content in request.files.items()
        if name.endswith(".mp4")
    ]


async def test_the_same_command_becomes_an_animation_on_discord_and_on_slack(
    tmp_path, discord, slack
):
    async with connected(tmp_path, discord, slack) as service:
        await until(lambda: discord.connections and slack.socket)
        await discord.command(f"{PROMPTS} --seed 7")
        await slack.command(f"{PROMPTS} --seed 7")

        await until(lambda: posted_files(discord))
        payload, content = posted_files(discord)[-1]
        assert count_frames(content) == 4
        shown = str(payload)
        assert "a red circle on a white background → a blue star on a night sky" in shown
        assert "**seed** 7" in shown
        assert f"{service.address}/s/" in shown

        await until(lambda: slack.storage.shared)
        (file,) = slack.storage.shared
        assert file.content == content  # the same request is the same animation
        await until(lambda: "Made in" in slack.message.text)
        assert "*seed* 7" in slack.message.text
        assert f"{service.address}/s/" in slack.message.text
    assert slack.problems == []


async def test_a_workspace_that_installed_the_app_makes_an_animation_again_with_a_song(
    tmp_path, slack
):
    """Slack calls the service's web server, which has no web chat."""
    overrides = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_APP_TOKEN": "",
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "GIFFUSION_SLACK__TRANSPORT": "http",
        "GIFFUSION_SERVICE__PUBLIC_URL": "https://bot.example",
        "GIFFUSION_WEB__ENABLED": "false",
    }
    async with connected(tmp_path, slack=slack, **overrides) as service:
        slack.socket = HttpDelivery(f"{service.address}/slack/events")
        slack.team = "T0RED"
        await install(service, slack)
        await slack.command(f"{PROMPTS} --seed 7")
        await until(lambda: slack.messages and "Made in" in slack.message.text)
        first = slack.message
        held = slack.storage.hold("song.wav", wave_file())
        await slack.say_in_thread("", first.ts, files=[held])
        await until(lambda: len(slack.storage.shared) == 2)
        alone, with_song = (file.content for file in slack.storage.shared)
    assert (streams(alone), streams(with_song)) == (["video"], ["audio", "video"])
    assert slack.problems == []


async def install(service, slack):
    """Somebody lets the app into their workspace, with their browser."""
    async with aiohttp.ClientSession(service.address) as browser:
        async with browser.get("/slack/install") as page:
            (state,) = re.findall(r"state=([\w-]+)", await page.text())[:1]
        asked = {"state": state, "code": slack.directory.agree(slack.team)}
        cookies = {"slack-app-oauth-state": state}
        async with browser.get("/slack/oauth_redirect", params=asked, cookies=cookies) as page:
            assert page.status == 200


def streams(content):
    with av.open(io.BytesIO(content)) as file:
        return sorted(stream.type for stream in file.streams)


async def test_a_reaction_to_an_animation_makes_it_again_with_another_seed(tmp_path, discord):
    async with connected(tmp_path, discord):
        await until(lambda: discord.connections)
        await discord.command(f"{PROMPTS} --seed 7 --format gif --loop")
        await until(lambda: shown_gifs(discord))
        ((message, first),) = shown_gifs(discord).items()

        await discord.react("🔁", message)

        await until(lambda: len(shown_gifs(discord)) == 2)
        (answer,) = shown_gifs(discord).keys() - {message}
    assert shown_gifs(discord)[answer] != first
    (embed,) = discord.messages.shown[answer].embeds
    assert "**format** gif · **loop** on" in embed["description"]
    assert "**seed** 7 " not in embed["description"]


def shown_gifs(discord):
    """The GIF of every message on Discord that shows one."""
    shown = discord.messages.shown.items()
    return {
        number: message.files["animation.gif"]
        for number, message in shown
        if "animation.gif" in message.files
    }
