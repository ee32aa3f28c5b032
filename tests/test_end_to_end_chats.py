"""The whole service with Discord and Slack connected: command in, real animation out."""

import asyncio
import io
from contextlib import asynccontextmanager

import av
import pytest

from tests.support.discord_server import TOKEN, LoopbackDiscord
from tests.support.service import running_service
from tests.support.slack_server import APP_TOKEN, BOT_TOKEN, LoopbackSlack

PROMPTS = "0: a red circle on a white background | 3: a blue star on a night sky"
# A worker that has to load its libraries first, on a busy machine.
PATIENCE = 240


@asynccontextmanager
async def connected(folder, discord, slack=None):
    """The service as an operator connects it, but to platforms on this machine."""
    environment = {
        "DISCORD_TOKEN": TOKEN,
        "GIFFUSION_DISCORD__API_URL": discord.api_url,
        "GIFFUSION_DISCORD__GATEWAY_URL": discord.gateway_url,
    }
    if slack is not None:
        environment |= {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "GIFFUSION_SLACK__API_URL": slack.api_url,
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
