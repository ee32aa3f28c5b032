from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.attachments import SlackAttachment, find_attachments
from bot.slack.client import web_client
from engine.errors import MediaError
from tests.support.hostile_server import HostileServer
from tests.support.slack_server import BOT_TOKEN, LoopbackSlack


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack() as workspace:
        yield workspace


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "saved"


async def attachment(slack: LoopbackSlack, file: dict[str, Any]) -> SlackAttachment:
    (found,) = await find_attachments(web_client(BOT_TOKEN, slack.api_url), [file])
    return found


async def test_a_file_is_saved_whole(slack: LoopbackSlack, target: Path) -> None:
    content = bytes(range(256)) * 1000
    song = await attachment(slack, slack.storage.hold("song.mp3", content))
    await song.save(target, limit=len(content))
    assert target.read_bytes() == content
    assert slack.calls == []  # what the message says of the file is enough


async def test_a_file_that_says_it_is_too_large_is_refused(
    slack: LoopbackSlack, target: Path
) -> None:
    song = await attachment(slack, slack.storage.hold("song.mp3", b"x" * 3_000_000))
    with pytest.raises(MediaError, match=r"song\.mp3: it is larger than 1\.91 MiB"):
        await song.save(target, limit=2_000_000)
    assert not target.exists()


async def test_a_file_that_is_larger_than_it_says_is_refused_and_leaves_nothing(
    slack: LoopbackSlack, target: Path
) -> None:
    song = await attachment(slack, slack.storage.hold("song.mp3", b"x" * 500_000, size=10))
    with pytest.raises(MediaError, match="larger than"):
        await song.save(target, limit=100_000)
    assert not target.exists()


async def test_a_login_page_is_not_taken_for_the_file(slack: LoopbackSlack, target: Path) -> None:
    song = await attachment(slack, slack.storage.hold("song.mp3", b"la"))
    slack.storage.shows_login_page = True
    with pytest.raises(MediaError, match="login page"):
        await song.save(target, limit=100)
    assert not target.exists()


async def test_a_file_that_is_gone_is_reported(slack: LoopbackSlack, target: Path) -> None:
    song = await attachment(slack, slack.storage.hold("song.mp3", b"la"))
    song.url = f"{slack.url}/nowhere"
    with pytest.raises(MediaError, match="HTTP 404"):
        await song.save(target, limit=100)


@pytest.mark.parametrize(
    "url",
    [
        "https://drive.example/song.mp3",
        "https://notslack.com/song.mp3",
        "https://files.slack.com.evil.example/song.mp3",
        "http://files.slack.com/song.mp3",
        "https://files.slack.com@evil.example/song.mp3",
        "https://evil.example#files.slack.com/song.mp3",
        "https://evil.example\\@files.slack.com/song.mp3",
        "https://me@files.slack.com/song.mp3",
        "https://:word@files.slack.com/song.mp3",
        "https://files.slack.com:8443/song.mp3",
        "https://files.slack.com:80/song.mp3",
        "https://files.sl\N{CYRILLIC SMALL LETTER A}ck.com/song.mp3",
        "https://files.slack.com./song.mp3",
        "https://[::1/song.mp3",
        "https://127.0.0.1/song.mp3",
        "file:///etc/passwd",
        "//evil.example/song.mp3",
        "song.mp3",
    ],
)
async def test_the_bots_token_goes_to_slacks_own_hosts_alone(
    slack: LoopbackSlack, target: Path, url: str
) -> None:
    song = await attachment(slack, {"id": "F1", "name": "song.mp3", "url_private": url})
    with pytest.raises(MediaError, match="isn't kept by Slack"):
        await song.save(target, limit=100)
    assert not target.exists()


async def test_a_redirect_inside_slack_is_followed(slack: LoopbackSlack, target: Path) -> None:
    held = slack.storage.hold("song.mp3", b"la")
    song = await attachment(
        slack, held | {"url_private_download": f"/moved?to={held['url_private']}"}
    )
    song.url = slack.url + song.url
    await song.save(target, limit=100)
    assert target.read_bytes() == b"la"


@pytest.mark.parametrize("to", ["https://evil.example/a", "//evil.example/a", "https://[::1"])
async def test_a_redirect_out_of_slack_is_not_followed(
    slack: LoopbackSlack, target: Path, to: str
) -> None:
    held = slack.storage.hold("song.mp3", b"la")
    song = await attachment(slack, held)
    song.url = f"{slack.url}/moved?to={to}"
    with pytest.raises(MediaError, match="isn't kept by Slack"):
        await song.save(target, limit=100)


async def test_a_redirect_without_end_is_given_up(slack: LoopbackSlack, target: Path) -> None:
    song = await attachment(slack, slack.storage.hold("song.mp3", b"la"))
    song.url = f"{slack.url}/moved?to=/moved?to=/moved?to=/moved?to=/moved?to=/nowhere"
    with pytest.raises(MediaError, match="too many redirects"):
        await song.save(target, limit=100)


async def test_a_redirect_to_another_server_is_never_sent_the_bots_token(
    slack: LoopbackSlack, target: Path
) -> None:
    async with HostileServer() as stranger:
        song = await attachment(slack, slack.storage.hold("song.mp3", b"la"))
        song.url = f"{slack.url}/moved?to={stranger.url}/whole"
        with pytest.raises(MediaError, match="isn't kept by Slack"):
            await song.save(target, limit=100)
        assert stranger.asked == []


async def test_a_slack_that_cannot_be_reached_is_reported(target: Path) -> None:
    client = web_client(BOT_TOKEN, "http://127.0.0.1:9/api/")
    song = SlackAttachment("song.mp3", 2, "http://127.0.0.1:9/song.mp3", client)
    with pytest.raises(MediaError, match="could not be fetched"):
        await song.save(target, limit=100)
