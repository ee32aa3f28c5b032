"""A Slack workspace on the loopback: its web API, its people, its files and its Socket Mode.

It checks tokens, methods, required arguments and messages as Slack does, and can be told to
refuse, to limit the rate or to fall silent. Whatever a real Slack would refuse is in `problems`.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

from aiohttp import web

from tests.support.slack_directory import SlackDirectory
from tests.support.slack_http import HttpDelivery
from tests.support.slack_messages import Message, SlackMessages
from tests.support.slack_people import SlackPeople
from tests.support.slack_socket import SlackSocket
from tests.support.slack_storage import SlackStorage
from tests.support.slack_views import SlackViews

BOT_TOKEN = "xoxb-loopback"
APP_TOKEN = "xapp-loopback"
TEAM, BOT = "T0TEAM", "U0BOT"
SCOPES = ",".join(
    [
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "im:history",
        "mpim:history",
        "reactions:read",
        "users:read",
    ]
)

_REQUIRED = {
    "auth.test": (),
    "apps.connections.open": (),
    "chat.postMessage": ("channel", "text"),
    "chat.postEphemeral": ("channel", "user", "text"),
    "chat.update": ("channel", "ts", "text", "blocks"),
    "chat.delete": ("channel", "ts"),
    "conversations.replies": ("channel", "ts"),
    "conversations.history": ("channel",),
    "users.info": ("user",),
    "views.open": ("trigger_id", "view"),
    "views.push": ("trigger_id", "view"),
    "views.update": ("view",),
    "views.publish": ("user_id", "view"),
    "files.delete": ("file",),
    "files.info": ("file",),
    "files.list": ("channel",),
    "files.getUploadURLExternal": ("filename", "length"),
    "files.completeUploadExternal": ("files",),
}


@dataclass
class RateLimit:
    """Answer 429; whoever doesn't wait so many seconds is a problem."""

    seconds: int


@dataclass
class Refusal:
    """Answer with this error."""

    error: str


@dataclass
class Outage:
    """Answer with a gateway's own page."""


@dataclass
class Silence:
    """Never answer; `done` tells whether the call has its effect all the same."""

    done: bool


Fault = RateLimit | Refusal | Outage | Silence


class LoopbackSlack(SlackPeople):
    """The workspace; `async with` opens it.

    `people` are those of whom there is more to tell than usual, by their ids.
    """

    def __init__(self) -> None:
        self.tokens = {BOT_TOKEN, APP_TOKEN}
        self.scopes = SCOPES
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.calls: list[str] = []
        self.tokens_used: list[tuple[str, str]] = []
        self.directory = SlackDirectory({BOT_TOKEN: TEAM}, self.tokens)
        # Called with the name of each method, around what it does.
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None
        self.people: dict[str, dict[str, Any]] = {}
        self._sockets = SlackSocket()
        self.socket: SlackSocket | HttpDelivery = self._sockets
        self.storage = SlackStorage(self.tokens)
        self._limited_until: dict[str, float] = {}
        self._numbers = count(1)
        self._written = SlackMessages(BOT, lambda: self._new("1800000000."), self.storage)
        self.views = SlackViews(lambda: asyncio.get_running_loop().time())
        self.problems = self._written.problems = self.views.problems
        self._closing = asyncio.Event()
        self._methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "auth.test": self._who,
            "apps.connections.open": self._open_socket,
            "users.info": self._person,
            **self._written.methods,
            **self.views.methods,
            **self.storage.methods,
        }

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket", self._sockets.connect)
        app.router.add_post("/response", self._take_response)
        app.router.add_routes(self.storage.routes())
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = self.storage.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api_url = f"{self.url}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._sockets.close()
        await self._runner.cleanup()

    @property
    def messages(self) -> dict[str, Message]:
        """The bot's messages that everybody sees, by their ts."""
        return self._written.posted

    @property
    def message(self) -> Message:
        """The bot's only message."""
        (message,) = self.messages.values()
        return message

    @property
    def said_in_private(self) -> list[dict[str, Any]]:
        """What one person alone is told, oldest first, as the bot sent it."""
        return self._written.said_in_private

    def keep_message(self, channel: str, ts: str) -> Message:
        """A message of the bot's that stands from an earlier run."""
        shown = {"text": "Reading the command …", "blocks": []}
        message = self._written.all[ts] = Message(channel, ts, None, [shown])
        return message

    def lose_messages(self) -> None:
        """Somebody deletes all messages of the bot's."""
        for message in self.messages.values():
            message.deleted = True

    @property
    def ephemerals(self) -> list[Message]:
        """The bot's messages that one person sees."""
        return self._written.ephemerals

    @property
    def closed_channels(self) -> dict[str, str]:
        """Channels the bot may not write in, and Slack's word for why."""
        return self._written.closed_channels

    @closed_channels.setter
    def closed_channels(self, channels: dict[str, str]) -> None:
        self._written.closed_channels = channels

    @property
    def locked_messages(self) -> dict[str, str]:
        """Messages that can't be changed any more, by their ts, and Slack's word for why."""
        return self._written.locked_messages

    # The web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens_used.append((method, token))
        if method == "oauth.v2.access":
            return web.json_response(self.directory.exchange(request, await _arguments(request)))
        wanted = {APP_TOKEN} if method == "apps.connections.open" else set(self.directory.teams)
        if token not in wanted & self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        arguments = {**await _arguments(request), "token": token}
        missing = [name for name in _REQUIRED[method] if not arguments.get(name)]
        if missing:
            self.problems.append(f"{method} without {missing}")
            return web.json_response({"ok": False, "error": "invalid_arguments"})
        return await self._answer(method, arguments)

    async def _answer(self, method: str, arguments: dict[str, Any]) -> web.StreamResponse:
        now = asyncio.get_running_loop().time()
        if now < self._limited_until.get(method, 0):
            self.problems.append(f"{method} called again too soon")
        fault = self.faults[method].popleft() if self.faults[method] else None
        if isinstance(fault, RateLimit):
            self._limited_until[method] = now + fault.seconds
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": str(fault.seconds)})
        if isinstance(fault, Refusal):
            return web.json_response({"ok": False, "error": fault.error})
        if isinstance(fault, Outage):
            return web.Response(status=503, text="<html>Back soon</html>", content_type="text/html")
        self.before(method)
        answer = self._methods[method](arguments) if fault is None or fault.done else {}
        self.after(method)
        if fault is not None:
            await self._closing.wait()
        body = {"ok": "error" not in answer, **answer}
        return web.json_response(body, headers={"x-oauth-scopes": self.scopes})

    def _who(self, arguments: dict[str, Any]) -> dict[str, Any]:
        team = self.directory.teams[arguments["token"]]
        return {"team_id": team, "user_id": BOT, "bot_id": "B0BOT", "user": "giffusion"}

    def _person(self, arguments: dict[str, Any]) -> dict[str, Any]:
        person = {"id": arguments["user"], "locale": "en-US", "is_admin": False, "is_bot": False}
        return {"user": person | self.people.get(arguments["user"], {})}

    def _open_socket(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.url.replace("http", "ws") + "/socket"}

    async def _take_response(self, request: web.Request) -> web.Response:
        self.said_in_private.append(await request.json())
        return web.Response(text="ok")

    def _new(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):06}"


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **(await request.post())}


async def eventually(is_so: Callable[[], object]) -> None:
    """Wait until something is so; the test fails if it isn't within five seconds."""
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.005)
