"""A file server that can't be trusted, and that notes everything it is asked."""

import asyncio
import gzip
import zlib
from typing import Self

from aiohttp import web

WHOLE = bytes(range(256)) * 16


class HostileServer:
    """Serves `/whole` as it should be, and its other files as they shouldn't.

    `/packed` is WHOLE, gzipped on the way; `/bomb` unpacks to 64 MiB; `/drip` comes a byte at a
    time for ever; `/endless` never ends; `/short` ends before its length; `/away` is elsewhere.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.headers)))
        match request.path:
            case "/packed":
                return _packed(gzip.compress(WHOLE))
            case "/bomb":
                return _packed(_bomb())
            case "/away":
                raise web.HTTPFound(f"{self.url}/whole")
            case "/drip":
                return await _stream(request, b"x", pause=0.02)
            case "/endless":
                return await _stream(request, WHOLE)
            case "/short":
                return await _cut_short(request)
        return web.Response(body=WHOLE)


def _bomb() -> bytes:
    """64 MiB of zeros, gzipped; they are never in memory as a whole."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(bytes(2**20)) for _ in range(64)), packer.flush()])


def _packed(body: bytes) -> web.Response:
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


async def _stream(request: web.Request, piece: bytes, pause: float = 0) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(piece)
        await asyncio.sleep(pause)


async def _cut_short(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(2 * len(WHOLE))})
    await response.prepare(request)
    await response.write(WHOLE)
    assert request.transport is not None
    request.transport.close()
    return response
