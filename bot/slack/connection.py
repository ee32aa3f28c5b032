"""How what happens in Slack comes to the bot: by its own socket, or to its web server."""

import asyncio
from typing import Protocol

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.slack.client import START_SECONDS, open_socket_url, web_client
from bot.slack.manifest import EVENTS
from bot.web.server import WebServer


class Transport(Protocol):
    """Brings what happens to a Bolt app."""

    signing_secret: str

    async def open(self, app: AsyncApp) -> None:
        """Begin; ConfigurationError if refused, ConnectionError where a later try may succeed."""
        ...

    async def close(self) -> None:
        """Bring nothing more."""
        ...


class SocketMode:
    """The bot's own connection, which needs no public address."""

    signing_secret = ""  # whoever has the token to open the socket is the app

    def __init__(self, app_token: str, api_url: str | None) -> None:
        self._app_token = app_token
        self._client = web_client(None, api_url)
        self._handler: AsyncSocketModeHandler | None = None

    async def open(self, app: AsyncApp) -> None:
        """Connect; the token is proven first, as Bolt would try a bad one for ever."""
        url = await open_socket_url(self._client, self._app_token)
        self._handler = AsyncSocketModeHandler(app, self._app_token, web_client=self._client)
        self._handler.client.wss_uri = url
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._handler.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError as error:
            await self.close()
            raise ConnectionError("Slack's Socket Mode can't be reached") from error

    async def close(self) -> None:
        """Disconnect."""
        if self._handler is not None:
            await self._handler.close_async()  # type: ignore[no-untyped-call]
            self._handler = None


class HttpMode:
    """Requests that Slack sends to the web server; Bolt checks their signature and age."""

    def __init__(self, server: WebServer, signing_secret: str) -> None:
        self.signing_secret = signing_secret
        self._server = server
        self._app: AsyncApp | None = None

    def routes(self) -> list[web.AbstractRouteDef]:
        """Where Slack's requests go."""
        return [web.post(EVENTS, self._take)]

    async def open(self, app: AsyncApp) -> None:
        """Take requests from now on."""
        await self._server.start()
        self._app = app

    async def close(self) -> None:
        """Take none any more: Slack sends them again later."""
        self._app = None

    async def _take(self, request: web.Request) -> web.Response:
        if self._app is None:
            return web.Response(status=503, headers={"Retry-After": "10"})
        answer = await self._app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)
