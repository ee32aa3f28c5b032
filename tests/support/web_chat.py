"""The web chat on a free port, with a service that plays cards, and real sessions."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import av
import numpy as np
from PIL import Image

from bot.cards import ResultCard
from bot.commands import COMMAND, parse_settings
from bot.port import Incoming
from bot.summary import title
from bot.web.server import WebServer
from bot.web_adapter import WebAdapter
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from engine.settings import Settings
from tests.support.playing_service import PlayingService

SIZE, FRAMES, FPS = 64, 25, 12


@dataclass
class WebChat:
    """A started adapter, its service and sessions, and one browser's HTTP client."""

    adapter: WebAdapter
    service: PlayingService
    sessions: LocalSessions
    client: aiohttp.ClientSession
    folder: Path

    async def say(self, text: str, *files: tuple[str, bytes]) -> Incoming:
        """Send a message and wait until the service has it."""
        before = len(self.service.incoming)
        response = await self.post(text, *files)
        assert response.status == 202, await response.text()
        return await self.asked(before)

    async def asked(self, before: int) -> Incoming:
        """Wait until the service was asked more than `before` times; returns the last command."""
        async with asyncio.timeout(10):
            while True:
                if len(self.service.incoming) > before:
                    return self.service.incoming[-1]
                await asyncio.sleep(0.005)

    async def post(self, text: str, *files: tuple[str, bytes]) -> aiohttp.ClientResponse:
        """Send a message as the page does."""
        form = aiohttp.FormData({"text": text}, default_to_multipart=True, quote_fields=False)
        for name, content in files:
            form.add_field("file", io.BytesIO(content), filename=name)
        return await self.client.post("/api/messages", data=form)

    def finish(self, text: str, suffix: str, **changes: object) -> ResultCard:
        """Save a finished session of the command `text` and return the card that shows it."""
        request = finished_request(text, format=suffix, **changes)
        with self.sessions.create(request) as draft:
            file = draft.path_for(request.settings.output.format)
            write_animation(file)
            session = draft.commit(file, picture_bytes(0), 3.5, "revision-1")
        return ResultCard(
            job=request.id,
            title=title(request.settings),
            file=session.result,
            details=seed_only(request.settings),
            link=f"{self.adapter.address}/s/{request.id}",
            local_link=True,
            seconds=3.5,
        )

    @asynccontextmanager
    async def events(self, last: int | None = None) -> AsyncIterator[AsyncIterator[dict]]:
        """The event stream, as the exchanges it carries; each has its revision added."""
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        async with self.client.get("/api/events", headers=headers) as response:
            assert response.status == 200
            assert response.content_type == "text/event-stream"
            yield _exchanges(response)

    async def exchanges(self, last: int | None = None) -> list[dict]:
        """What the stream sends at once."""
        found = []
        async with self.events(last) as events:
            while True:
                try:
                    found.append(await asyncio.wait_for(anext(events), 0.2))
                except TimeoutError:
                    return found


async def _exchanges(response: aiohttp.ClientResponse) -> AsyncIterator[dict]:
    revision = 0
    async for line in response.content:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "id":
            revision = int(value)
        elif field == "data":
            yield json.loads(value) | {"revision": revision}


@asynccontextmanager
async def web_chat(
    folder: Path, hosts: Collection[str] = (), port: int = 0, **options: object
) -> AsyncIterator[WebChat]:
    """A started web chat whose client has opened the page, and so has its cookie."""
    service, sessions = PlayingService(), LocalSessions(folder / "sessions")
    server = WebServer("127.0.0.1", port, hosts)
    adapter = WebAdapter(service, sessions, seed_only, folder / "web", server, **options)
    await adapter.start()
    jar = aiohttp.CookieJar(unsafe=True)  # 127.0.0.1 has no domain name
    async with aiohttp.ClientSession(adapter.address, cookie_jar=jar) as client:
        async with client.get("/") as page:
            assert page.status == 200
        try:
            yield WebChat(adapter, service, sessions, client, folder)
        finally:
            await adapter.stop()


def seed_only(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The details of a request that has nothing special but its seed."""
    return (("seed", str(settings.diffusion.seed)),)


def finished_request(text: str, **changes: object) -> RenderRequest:
    """A request for `text` with every setting filled in, as the presenter would queue it."""
    filled = {
        "seed": 1234567,
        "steps": 12,
        "guidance_scale": "5",
        "width": SIZE,
        "height": SIZE,
        "frames": FRAMES,
        "fps": 12,
        "model": "picturebook",
        "num_latent_channels": 4,
    }
    settings = parse_settings(text.removeprefix(COMMAND), Settings()).updated(filled | changes)
    return RenderRequest(owner="web:local:ann", settings=settings, platform="web")


def pictures() -> list[Image.Image]:
    """A square that moves from left to right."""
    frames = []
    for place in np.linspace(0, SIZE - 24, FRAMES).astype(int):
        pixels = np.full((SIZE, SIZE, 3), 240, np.uint8)
        pixels[20:44, place : place + 24] = (200, 30, 30)
        frames.append(Image.fromarray(pixels))
    return frames


def write_animation(path: Path) -> None:
    """Encode the moving square into the format that the suffix names."""
    frames = pictures()
    if path.suffix != ".mp4":
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=1000 // FPS, loop=0)
        return
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = SIZE, SIZE, "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_image(frame)))
        container.mux(stream.encode())


def picture_bytes(place: int) -> bytes:
    """One of the pictures as WebP, as a preview or a poster is."""
    written = io.BytesIO()
    pictures()[place].save(written, "WEBP")
    return written.getvalue()
