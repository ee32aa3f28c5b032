"""A Slack workspace on the loopback: its web API, its people, its files and its Socket Mode.

It checks tokens, methods, required arguments and messages as Slack does, and can be told to
refuse, to limit the rate or to fall silent. Whatever a real Slack would refuse is in `problems`.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

from aiohttp import web

from tests.support.slack_rules import message_problems
from tests.support.slack_socket import SlackSocket
from tests.support.slack_storage import SlackStorage

BOT_TOKEN = "xoxb-loopback"
APP_TOKEN = "xapp-loopback"
TEAM, BOT = "T0TEAM", "U0BOT"
SCOPES = "app_mentions:read,chat:write,commands,files:read,files:write,im:history"

_REQUIRED = {
    "auth.test": (),
    "apps.connections.open": (),
    "chat.postMessage": ("channel", "text"),
    "chat.update": ("channel", "ts", "text", "blocks"),
    "chat.delete": ("channel", "ts"),
    "chat.postEphemeral": ("channel", "user", "text"),
    "conversations.replies": ("channel", "ts"),
    "conversations.history": ("channel",),
    "users.info": ("user",),
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


@dataclass
class Message:
    """A message and all that it has shown, oldest first."""

    channel: str
    ts: str
    thread: str | None
    shown: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that can be read in it now."""
        return json.dumps(self.shown[-1], ensure_ascii=False)

    def button(self, action: str) -> dict[str, Any]:
        """The button with this action id."""
        elements = [e for block in self.shown[-1]["blocks"] for e in block.get("elements", [])]
        (button,) = [element for element in elements if element.get("action_id") == action]
        return dict(button)


class LoopbackSlack:
    """The workspace; `async with` opens it."""

    def __init__(self) -> None:
        self.tokens = {BOT_TOKEN, APP_TOKEN}
        self.scopes = SCOPES
        self.locale = "en-US"
        self.closed_channels: dict[str, str] = {}
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.calls: list[str] = []
        # Called with the name of each method, around what it does.
        self.before: Callable[[str], None] = lambda _: None
        self.after: Callable[[str], None] = lambda _: None
        self.messages: dict[str, Message] = {}
        self.said_in_private: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.socket = SlackSocket()
        self.storage = SlackStorage(BOT_TOKEN)
        self._limited_until: dict[str, float] = {}
        self._numbers = count(1)
        self._closing = asyncio.Event()
        self._methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "auth.test": self._who,
            "apps.connections.open": self._open_socket,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._whisper,
            "conversations.replies": self._replies,
            "conversations.history": self._history,
            "users.info": self._person,
            **self.storage.methods,
        }

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket", self.socket.connect)
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
        await self.socket.close()
        await self._runner.cleanup()

    @property
    def message(self) -> Message:
        """The bot's only message."""
        (message,) = self.messages.values()
        return message

    # What people do; each returns the bot's acknowledgement

    async def command(
        self, text: str, channel: str = "C1", user: str = "U1", trigger: str = ""
    ) -> dict[str, Any]:
        """Someone types `/giffusion TEXT`."""
        payload = {
            "command": "/giffusion",
            "text": text,
            "team_id": TEAM,
            "channel_id": channel,
            "user_id": user,
            "trigger_id": trigger or self._new("trigger"),
            "response_url": f"{self.url}/response",
        }
        return await self.socket.deliver("slash_commands", payload)

    async def mention(self, text: str, **more: Any) -> dict[str, Any]:
        """Someone mentions the bot in a channel; `more` adds to the event."""
        return await self.event({"type": "app_mention", "text": text} | more)

    async def direct_message(self, text: str, **more: Any) -> dict[str, Any]:
        """Someone writes to the bot alone; `more` adds to the event."""
        event = {"type": "message", "channel": "D1", "channel_type": "im", "text": text}
        return await self.event(event | more)

    async def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Something happens in a channel."""
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": self._new("Ev"),
            "event": {"channel": "C1", "user": "U1", "ts": self._new("1700000001.")} | event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
        return await self.socket.deliver("events_api", payload)

    async def press(self, action: str, user: str = "U1") -> dict[str, Any]:
        """Someone presses a button of the bot's only message."""
        message = self.message
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": "T0OTHER"},
            "channel": {"id": message.channel},
            "message": {"ts": message.ts, "thread_ts": message.thread or message.ts},
            "actions": [{"block_id": "b1", **message.button(action)}],
            "trigger_id": self._new("trigger"),
            "response_url": f"{self.url}/response",
        }
        return await self.socket.deliver("interactive", payload)

    # The web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != wanted or token not in self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        arguments = await _arguments(request)
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

    def _who(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0BOT", "user": "giffusion"}

    def _open_socket(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.url.replace("http", "ws") + "/socket"}

    def _post(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = arguments["channel"]
        if channel in self.closed_channels:
            return {"error": self.closed_channels[channel]}
        if channel.startswith("U"):
            channel = f"D{channel}"
        message = Message(channel, self._new("1800000000."), arguments.get("thread_ts"))
        answer = self._show(message, arguments)
        if "error" not in answer:
            self.messages[message.ts] = message
        return answer

    def _update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        message = self.messages.get(arguments["ts"])
        if arguments["channel"] in self.closed_channels:
            return {"error": self.closed_channels[arguments["channel"]]}
        if message is None or message.channel != arguments["channel"]:
            return {"error": "message_not_found"}
        return self._show(message, arguments)

    def _delete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if self.messages.pop(arguments["ts"], None) is None:
            return {"error": "message_not_found"}
        return {}

    def _whisper(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments["channel"] in self.closed_channels:
            return {"error": "user_not_in_channel"}
        message = Message(arguments["channel"], "", arguments.get("thread_ts"))
        answer = self._show(message, arguments)
        if "error" not in answer:
            self.said_in_private.append(arguments)
        return answer

    def _replies(self, arguments: dict[str, Any]) -> dict[str, Any]:
        thread = arguments["ts"]
        return self._listed(arguments, lambda found: thread in (found.thread, found.ts))

    def _history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return self._listed(arguments, lambda found: found.thread is None)

    def _listed(
        self, arguments: dict[str, Any], wanted: Callable[[Message], bool]
    ) -> dict[str, Any]:
        oldest = arguments.get("oldest", "0")
        found = [
            {"type": "message", "user": BOT, "ts": message.ts, **message.shown[-1]}
            for message in self.messages.values()
            if message.channel == arguments["channel"] and message.ts > oldest and wanted(message)
        ]
        return {"messages": found}

    def _person(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"user": {"id": arguments["user"], "locale": self.locale}}

    def _show(self, message: Message, arguments: dict[str, Any]) -> dict[str, Any]:
        shown = {"text": arguments["text"], "blocks": arguments.get("blocks", [])}
        pictures = [block["slack_file"] for block in shown["blocks"] if "slack_file" in block]
        if not all(self.storage.can_be_shown(picture["id"]) for picture in pictures):
            return {"error": "invalid_blocks"}
        problems = message_problems(shown["text"], shown["blocks"])
        if problems:
            self.problems += problems
            return {"error": "invalid_blocks"}
        message.shown.append(shown)
        return {"channel": message.channel, "ts": message.ts}

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
