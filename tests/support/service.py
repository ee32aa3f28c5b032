"""The whole service as an operator starts it, and a user of its web chat."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 90


class RunningService:
    """`giffusion run` in a process of its own, with the built-in model and its own data folder."""

    def __init__(self, folder: Path, port: int, environment: Mapping[str, str]) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.data = folder / "data"
        self.log = folder / "log.txt"
        (folder / "settings.toml").write_text(
            f'[service]\ndata = "data"\n[web]\nport = {port}\n'
            f'[models.picturebook]\npath = "{ROOT / "models" / "picturebook"}"\n'
            "steps = 12\nguidance_scale = 3.0\n"
        )
        settings = {"GIFFUSION_SETTINGS": str(folder / "settings.toml")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env={**os.environ, **settings, **environment},
                stderr=log,
            )

    def wait_until_ready(self) -> None:
        """Wait until the web chat's address takes connections."""
        host, port = self.address.removeprefix("http://").split(":")
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection((host, int(port)), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"no service: {self.log.read_text()}") from None
                time.sleep(0.05)

    def stop(self) -> int:
        """End it as an operator does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_service(
    folder: Path, port: int | None = None, **environment: str
) -> Iterator[RunningService]:
    """A service that is ready, and is ended at the end."""
    service = RunningService(folder, port or free_port(), environment)
    try:
        service.wait_until_ready()
        yield service
    finally:
        if service.process.poll() is None:
            service.stop()


class WebUser:
    """Someone with a browser of their own, without the browser."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, text: str, **files: Path) -> str:
        """Send a command with files; the id of the exchange."""
        form = aiohttp.FormData({"text": text}, default_to_multipart=True)
        for file in files.values():
            form.add_field("file", file.read_bytes(), filename=file.name)
        async with self._session.post("/api/messages", data=form) as response:
            assert response.status == 202, await response.text()
            return str((await response.json())["id"])

    async def cards(self, exchange: str, seconds: float = 300) -> AsyncIterator[dict[str, Any]]:
        """Every card the exchange shows, to its last, with the number of its `preview` picture."""
        async with asyncio.timeout(seconds), self._session.get("/api/events") as stream:
            async for line in stream.content:
                if not line.startswith(b"data: "):
                    continue
                event = json.loads(line.removeprefix(b"data: "))
                if event["id"] != exchange or not event["card"]:
                    continue
                yield event["card"] | {"preview": event["preview"]}
                if event["card"]["kind"] in ("result", "text"):
                    return

    async def answer(self, text: str, **files: Path) -> dict[str, Any]:
        """Send a command and wait for its last card."""
        exchange = await self.send(text, **files)
        return [card async for card in self.cards(exchange)][-1]

    async def cancel(self, job: str) -> str:
        """Press a job's cancel button; what was answered."""
        async with self._session.post(f"/api/jobs/{job}/cancel") as response:
            return str(await response.json())

    async def keep(self, job: str) -> str:
        """End a job with the frames it has; what was answered."""
        async with self._session.post(f"/api/jobs/{job}/keep") as response:
            return str(await response.json())

    async def download(self, link: str) -> bytes:
        """The animation of a session's link."""
        async with self._session.get(f"{link}/animation") as response:
            assert response.status == 200
            return await response.read()

    async def preview(self, exchange: str) -> bytes:
        """The preview picture that the exchange shows now; empty once the render is over."""
        async with self._session.get(f"/api/messages/{exchange}/preview") as response:
            assert response.status in (200, 204)
            return await response.read()

    async def page(self, path: str) -> str:
        """A page's text."""
        async with self._session.get(path) as response:
            assert response.status == 200
            return await response.text()


@asynccontextmanager
async def web_user(service: RunningService) -> AsyncIterator[WebUser]:
    """A new user of the service's web chat, with a cookie of their own."""
    jar = aiohttp.CookieJar(unsafe=True)  # keeps cookies of addresses that are numbers
    async with aiohttp.ClientSession(service.address, cookie_jar=jar) as session:
        async with session.get("/") as page:
            assert page.status == 200
        yield WebUser(session)
