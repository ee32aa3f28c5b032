"""A chat's file on its way to the disk, from a server that can't be trusted."""

import asyncio
import tracemalloc
from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.discord import attachments as discord_attachments
from bot.discord.attachments import DiscordAttachment
from bot.download import parse_url
from bot.slack import attachments as slack_attachments
from bot.slack.attachments import SlackAttachment
from bot.slack.client import web_client
from engine.errors import MediaError
from tests.support.hostile_server import WHOLE, HostileServer

LIMIT = 2**20


@pytest.fixture
async def server():
    async with HostileServer() as server:
        yield server


@pytest.fixture(params=["discord", "slack"])
def attach(request, server, monkeypatch):
    """A file on the server, attached in a chat that says it has `size` bytes."""

    def on_discord(path, size=10):
        monkeypatch.setattr(discord_attachments, "CDN_ORIGINS", frozenset({server.url}))
        url = server.url + path
        data = {"id": "1", "filename": "song.mp3", "size": size, "url": url, "proxy_url": url}
        return DiscordAttachment(discord.Attachment(data=data, state=SimpleNamespace(http=None)))

    def on_slack(path, size=10):
        client = web_client("xoxb-secret", f"{server.url}/api/")
        return SlackAttachment("song.mp3", size, server.url + path, client)

    return {"discord": on_discord, "slack": on_slack}[request.param]


@pytest.mark.parametrize("path", ["/whole", "/packed"])
async def test_a_file_is_saved_as_it_is_however_it_was_sent(attach, tmp_path, path):
    await attach(path).save(tmp_path / "file", LIMIT)
    assert (tmp_path / "file").read_bytes() == WHOLE


@pytest.mark.parametrize("path", ["/bomb", "/endless"])
async def test_what_arrives_is_counted_unpacked_and_never_held_as_a_whole(attach, tmp_path, path):
    tracemalloc.start()
    try:
        with pytest.raises(MediaError, match=r"song\.mp3: it is larger than 1 MiB"):
            await attach(path).save(tmp_path / "file", LIMIT)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not (tmp_path / "file").exists()
    assert most < 16 * LIMIT


async def test_a_file_that_drips_is_given_up(attach, tmp_path, monkeypatch):
    short = aiohttp.ClientTimeout(total=0.3)
    monkeypatch.setattr(discord_attachments, "_TIMEOUT", short)
    monkeypatch.setattr(slack_attachments, "_SECONDS", 0.3)
    with pytest.raises(MediaError, match=r"song\.mp3 could not be fetched"):
        async with asyncio.timeout(10):
            await attach("/drip").save(tmp_path / "file", LIMIT)
    assert not (tmp_path / "file").exists()


async def test_a_file_that_ends_before_its_length_is_not_taken_for_whole(attach, tmp_path):
    with pytest.raises(MediaError, match=r"song\.mp3 could not be fetched"):
        await attach("/short").save(tmp_path / "file", LIMIT)
    assert not (tmp_path / "file").exists()


async def test_a_file_that_says_it_is_too_large_is_not_asked_for(attach, server, tmp_path):
    with pytest.raises(MediaError, match="larger than 1 MiB"):
        await attach("/whole", LIMIT + 1).save(tmp_path / "file", LIMIT)
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/song.mp3",
        "https://cdn.discordapp.com.evil.example/song.mp3",
        "https://cdn.discordapp.com@evil.example/song.mp3",
        "https://me:word@cdn.discordapp.com/song.mp3",
        "https://evil.example\\@cdn.discordapp.com/song.mp3",
        "https://evil.example#cdn.discordapp.com/song.mp3",
        "https://cdn.discordapp.com:8443/song.mp3",
        "https://cdn.discordapp.com./song.mp3",
        "https://cdn.disc\N{CYRILLIC SMALL LETTER O}rdapp.com/song.mp3",
        "https://discordapp.com/song.mp3",
        "https://evil.example/https://cdn.discordapp.com/song.mp3",
        "https://127.0.0.1/song.mp3",
        "https://[::1/song.mp3",
        "//cdn.discordapp.com/song.mp3",
        "file:///etc/passwd",
        "",
    ],
)
async def test_only_discords_own_addresses_are_asked(url, tmp_path, monkeypatch):
    async def ask(*_, **__):
        raise AssertionError("it was asked for")

    monkeypatch.setattr(aiohttp.ClientSession, "_request", ask)
    data = {"id": "1", "filename": "song.mp3", "size": 9, "url": url, "proxy_url": url}
    song = DiscordAttachment(discord.Attachment(data=data, state=SimpleNamespace(http=None)))
    with pytest.raises(MediaError, match=r"song\.mp3 isn't kept by Discord"):
        await song.save(tmp_path / "file", LIMIT)


@pytest.mark.parametrize("origin", ["https://cdn.discordapp.com", "https://media.discordapp.net"])
async def test_discords_own_addresses_are_asked_without_a_token(origin, tmp_path, monkeypatch):
    asked = []

    async def ask(session, method, url, **options):
        asked.append((method, str(url), options, dict(session.headers)))
        raise aiohttp.ClientConnectionError

    monkeypatch.setattr(aiohttp.ClientSession, "_request", ask)
    url = f"{origin}/attachments/1/2/song.mp3?ex=3"
    data = {"id": "1", "filename": "song.mp3", "size": 9, "url": url, "proxy_url": url}
    song = DiscordAttachment(discord.Attachment(data=data, state=SimpleNamespace(http=None)))
    with pytest.raises(MediaError, match="could not be fetched from Discord"):
        await song.save(tmp_path / "file", LIMIT)
    assert asked == [("GET", url, {"allow_redirects": False}, {})]


async def test_a_redirect_on_discord_is_not_followed(server, tmp_path, monkeypatch):
    monkeypatch.setattr(discord_attachments, "CDN_ORIGINS", frozenset({server.url}))
    url = f"{server.url}/away"
    data = {"id": "1", "filename": "song.mp3", "size": 9, "url": url, "proxy_url": url}
    song = DiscordAttachment(discord.Attachment(data=data, state=SimpleNamespace(http=None)))
    with pytest.raises(MediaError, match="could not be fetched from Discord"):
        await song.save(tmp_path / "file", LIMIT)
    assert [path for path, _ in server.asked] == ["/away"]


def test_an_address_that_is_relative_is_one_only_beside_another():
    assert parse_url("/a") is None
    assert str(parse_url("/b", base=parse_url("https://x.example/a"))) == "https://x.example/b"
