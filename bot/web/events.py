"""The stream of a user's exchanges, as server-sent events.

Each event is one whole exchange with its revision as the event's id, so a browser that reconnects
with `Last-Event-ID` gets what changed since, and a slow one skips what was replaced meanwhile.
"""

import asyncio
from contextlib import suppress

from aiohttp import web

from bot.web.transcript import Transcript

HEARTBEAT_SECONDS = 15.0  # proxies close a connection that says nothing for a minute


class EventStreams:
    """The open streams. A silent one gets a comment every `HEARTBEAT_SECONDS`."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._open: set[asyncio.Event] = set()
        self._closed = False

    async def serve(self, request: web.Request, user: str) -> web.StreamResponse:
        """Send what changed after the request's `Last-Event-ID`, then every change as it comes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with self._transcript.follow(user) as changed, suppress(ConnectionError):
            self._open.add(changed)
            try:
                await self._send(response, user, self._start(request), changed)
            finally:
                self._open.discard(changed)
        return response

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        for changed in self._open:
            changed.set()

    async def _send(
        self, response: web.StreamResponse, user: str, revision: int, changed: asyncio.Event
    ) -> None:
        await response.write(b": hello\n\n")
        while not self._closed:
            changed.clear()
            for exchange in self._transcript.after(user, revision):
                revision = exchange.revision
                await response.write(f"id: {revision}\ndata: {exchange.json}\n\n".encode())
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                await response.write(b": still here\n\n")

    def _start(self, request: web.Request) -> int:
        """The revision to go on from: 0 where the browser's is none of this transcript's."""
        last = request.headers.get("Last-Event-ID", "")
        known = last.isascii() and last.isdigit() and int(last) <= self._transcript.revision()
        return int(last) if known else 0
