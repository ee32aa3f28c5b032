"""Nothing that a user writes or sends makes the service fetch anything from elsewhere."""

import json
import socket

import pytest

from bot.attachments import store_attachments
from bot.port import Incoming
from bot.presenter import Presenter
from engine.configuration import load_configuration
from engine.errors import MediaError
from engine.media.limits import MediaLimits
from engine.sessions.local import LocalSessions
from engine.settings import Settings
from tests.support.hostile_server import HostileServer
from tests.support.memory import MemoryChat, MemoryQueue
from tests.support.models import write_model_folder

NAMING = ("model", "controlnet", "adapter", "lora", "custom_pipeline", "pipeline", "scheduler")


@pytest.fixture
async def server():
    async with HostileServer() as server:
        yield server


@pytest.fixture
def looked_up(monkeypatch):
    """The names that were looked up, which is where asking another machine begins."""
    names = []

    def look_up(host, *_, **__):
        names.append(host)
        raise socket.gaierror("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


@pytest.fixture
def presenter(tmp_path, monkeypatch):
    write_model_folder(tmp_path / "model")
    (tmp_path / "settings.toml").write_text('[models.small]\npath = "model"\nsteps = 12\n')
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
    queue = MemoryQueue()
    return queue, Presenter(queue, LocalSessions(tmp_path / "sessions"), load_configuration())


def commands(url):
    """Commands with a link wherever a text may stand."""
    yield f"0: {url} | 5: ![a cat]({url}) | 9: <img src={url}> --neg {url}"
    yield json.dumps({"0": url, "9": f"[a cat]({url})"})
    yield f"a cat --negative-prompt {url} --seed 3"
    yield f"keyframes {url}"
    yield f"help {url}"
    for option in Settings.options().values():
        if option.name != "prompts":
            yield f"a cat {option.flag} {url}"
    for name in NAMING:
        yield f"a cat --{name.replace('_', '-')} {url.removeprefix('http://')}"


@pytest.mark.parametrize("host", ["127.0.0.1", "files.example"])
async def test_links_in_prompts_and_settings_are_only_words(presenter, server, looked_up, host):
    queue, service = presenter
    url = f"{server.url.replace('127.0.0.1', host)}/whole.png"
    chat, asked = MemoryChat(), list(commands(url))
    for text in asked:
        await service.handle(chat, Incoming("memory:here:ann", text, {"channel": "c"}))
    assert server.asked == []
    assert looked_up == []
    prompts = [request.settings.prompts for request in queue.requests.values()]
    assert prompts[0].prompts.startswith(f"0: {url} |")
    assert prompts[2].negative_prompt == url
    await service.close()


class Sent:
    """An attachment as a chat would hand it over."""

    name = "song.mp3"

    def __init__(self, content):
        self.content, self.size = content, len(content)

    async def save(self, target, limit):
        target.write_bytes(self.content)


def listing(url):
    """Texts that players take for lists of files elsewhere, by kind."""
    return {
        "m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{url}.ts\n#EXT-X-ENDLIST\n",
        "pls": f"[playlist]\nFile1={url}\nNumberOfEntries=1\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{url}'\n",
        "dash": f'<?xml version="1.0"?><MPD type="static"><BaseURL>{url}</BaseURL></MPD>',
        "sdp": "v=0\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}"/></svg>',
        "html": f'<html><meta http-equiv="refresh" content="0;url={url}"></html>',
        "url": f"[InternetShortcut]\nURL={url}\n",
    }


# What makes a file look like a song, a clip or a picture; players skip the first.
DISGUISES = {
    "none": b"",
    "id3": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "wav": b"RIFF\xff\xff\x00\x00WAVEfmt ",
    "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("kind", listing(""))
async def test_a_file_that_only_names_other_files_is_refused(server, tmp_path, kind, disguise):
    content = DISGUISES[disguise] + listing(f"{server.url}/whole")[kind].encode()
    with pytest.raises(MediaError):
        await store_attachments([Sent(content)], tmp_path / "in", MediaLimits())
    assert server.asked == []
