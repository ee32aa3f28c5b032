"""Slack's side of Socket Mode: envelopes out, acknowledgements back."""

import asyncio
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web


class SlackSocket:
    """The connections of an app, and what it has acknowledged."""

    def __init__(self) -> None:
        self.connections: list[web.WebSocketResponse] = []
        self._acknowledged: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = count(1)

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """The app opens a connection."""
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"type": "hello", "num_connections": 1})
        self.connections.append(connection)
        async for message in connection:
            if message.type == WSMsgType.TEXT:
                answer = message.json()
                self._acknowledged[answer["envelope_id"]].set_result(answer)
        return connection

    async def deliver(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send an envelope over the newest connection; returns its acknowledgement."""
        envelope = f"envelope{next(self._numbers)}"
        self._acknowledged[envelope] = asyncio.get_running_loop().create_future()
        await self.connections[-1].send_json(
            {"type": kind, "envelope_id": envelope, "payload": payload}
        )
        return await asyncio.wait_for(self._acknowledged[envelope], 5)

    async def close(self) -> None:
        """Close every connection."""
        for connection in self.connections:
            await connection.close()
