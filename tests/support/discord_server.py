"""As much of Discord over loopback HTTP as the bot talks to: requests are kept, events pushed.

Unlike SimCord this leaves discord.py's HTTP and gateway clients in place, so that what is seen is
what Discord would receive.
"""

import asyncio
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web
from discord.utils import time_snowflake, utcnow

from tests.support.discord_messages import UPLOAD_BYTES, DiscordMessages, RefusedError
from tests.support.discord_service import JOB

TOKEN = "the.right.token"
BOT, APPLICATION, USER, CHANNEL, GUILD = "10", "11", "12", "13", "15"
_API = "/api/v10"


@dataclass(frozen=True)
class Request:
    """What the bot sent: `payload` is its JSON, also where files came with it."""

    method: str
    path: str
    payload: Any
    files: dict[str, bytes]


@dataclass(frozen=True)
class Refusal:
    """An answer to give instead of the usual one, `times` times."""

    method: str
    path: str
    status: int
    code: int = 0
    times: int = 1
    retry_after: float = 0.05


@dataclass
class LoopbackDiscord:
    """The server. `before` and `after` are called with each request, around what it does."""

    messages: DiscordMessages = field(default_factory=DiscordMessages)
    before: Callable[[Request], None] = lambda _: None
    after: Callable[[Request], None] = lambda _: None
    requests: list[Request] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    in_server: bool = False
    locale: str = "en-US"
    port: int = 0
    connections: int = 0
    _gateway: web.WebSocketResponse | None = None
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ids: Any = field(default_factory=lambda: itertools.count(_now()))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return self.origin + _API

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def start(self) -> None:
        app = web.Application(client_max_size=UPLOAD_BYTES)
        app.router.add_get("/gateway", self._serve_gateway)
        app.router.add_get("/files/{name}", self._serve_file)
        app.router.add_route("*", _API + "/{path:.*}", self._serve_api)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def wait_for(self, method: str, path: str, count: int = 1) -> Request:
        """The `count`th request of this kind, as soon as it has come."""

        def found() -> list[Request]:
            return [r for r in self.requests if r.method == method and r.path.startswith(path)]

        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: len(found()) >= count)
            return found()[count - 1]

    async def wait_for_gateway(self, connections: int = 1) -> None:
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: self.connections >= connections)

    # What users do

    async def command(self, prompts: str, user: str = USER) -> None:
        await self.animate([{"name": "prompts", "type": 3, "value": prompts}], user=user)

    async def animate(self, options: list[dict[str, Any]], kind: int = 2, user: str = USER) -> None:
        """`/giffusion animate` with these options; of kind 4, while they are still typed."""
        await self.use("animate", options, kind=kind, user=user)

    async def use(
        self,
        subcommand: str,
        options: Sequence[dict[str, Any]] = (),
        *,
        audio: str = "",
        kind: int = 2,
        user: str = USER,
    ) -> None:
        """`/giffusion` with a subcommand and options, and with a file of `files` as its audio."""
        inner = {"name": subcommand, "type": 1, "options": [*options]}
        data: dict[str, Any] = {"id": "20", "name": "giffusion", "type": 1, "options": [inner]}
        if audio:
            url = f"{self.origin}/files/{audio}"
            file = {"id": "1", "filename": audio, "size": len(self.files[audio])}
            inner["options"].append({"name": "audio", "type": 11, "value": "1"})
            data["resolved"] = {"attachments": {"1": file | {"url": url, "proxy_url": url}}}
        await self._interaction({"type": kind, "data": data, "user": _user(user, "alice")})

    async def submit(self, form: dict[str, Any]) -> None:
        await self._interaction({"type": 5, "data": form})

    async def press_cancel(self, message: dict[str, Any]) -> None:
        await self.press(f"giffusion:cancel:{JOB}", message)

    async def press(self, button: str, message: dict[str, Any]) -> None:
        """Press the button of that id in a message."""
        data = {"custom_id": button, "component_type": 2}
        await self._interaction({"type": 3, "data": data, "message": message})

    async def react(self, emoji: str, message: str) -> None:
        """Put a reaction under a message of the bot's."""
        about = {"user_id": USER, "channel_id": CHANNEL, "message_id": message, "type": 0}
        more = {"message_author_id": BOT, "emoji": {"id": None, "name": emoji}, "burst": False}
        await self.event("MESSAGE_REACTION_ADD", about | more)

    async def say(self, text: str, *files: str, reply_to: dict[str, Any] | None = None) -> str:
        """Write to the bot, with files of these names; the message's id."""
        number = str(next(self._ids))
        sent = sent_message(number) | {"author": _user(USER, "alice"), "content": text}
        sent["attachments"] = [
            {"id": str(place), "filename": name, "size": 6, "url": f"{self.origin}/files/{name}"}
            | {"proxy_url": ""}
            for place, name in enumerate(files)
        ]
        if reply_to is not None:
            reference = {"message_id": reply_to["id"], "channel_id": CHANNEL}
            sent |= {"type": 19, "message_reference": reference, "referenced_message": reply_to}
        await self.event("MESSAGE_CREATE", sent)
        return number

    async def _interaction(self, particulars: dict[str, Any]) -> None:
        number = next(self._ids)
        if self.in_server:
            user = particulars.get("user", _user(USER, "alice"))
            member = {"user": user, "roles": [], "permissions": "0", "flags": 0}
            member |= {"joined_at": None, "deaf": False, "mute": False}
            place = {"id": CHANNEL, "type": 0, "name": "animations", "position": 0}
            particulars |= {"guild_id": GUILD, "member": member, "channel": place, "context": 0}
        common = {
            "id": str(number),
            "application_id": APPLICATION,
            "token": f"interaction-{number}",
            "version": 1,
            "channel_id": CHANNEL,
            "channel": {"id": CHANNEL, "type": 1, "recipients": [_user(USER, "alice")]},
            "user": _user(USER, "alice"),
            "locale": self.locale,
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1,
            "attachment_size_limit": UPLOAD_BYTES,
        }
        await self.event("INTERACTION_CREATE", common | particulars)

    async def event(self, name: str, data: dict[str, Any]) -> None:
        assert self._gateway is not None
        await self._gateway.send_json({"op": 0, "t": name, "s": next(self._ids), "d": data})

    # What Discord answers

    async def _serve_gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 45_000}})
        async for message in socket:
            received = json.loads(message.data)
            if received["op"] == 1:
                await socket.send_json({"op": 11})
            elif received["op"] == 2:
                await self._welcome(socket)
        return socket

    async def _welcome(self, socket: web.WebSocketResponse) -> None:
        self._gateway = socket
        await self.event(
            "READY",
            {
                "v": 10,
                "user": _user(BOT, "giffusion"),
                "guilds": [],
                "session_id": "session",
                "resume_gateway_url": self.gateway_url,
                "shard": [0, 1],
                "application": {"id": APPLICATION, "flags": 0},
            },
        )
        async with self._arrived:
            self.connections += 1
            self._arrived.notify_all()

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name == "elsewhere.png":
            raise web.HTTPFound("/files/start.png")
        if name not in self.files:
            raise web.HTTPNotFound
        response = web.StreamResponse()  # chunked: no length is told
        await response.prepare(request)
        await response.write(self.files[name])
        return response

    async def _serve_api(self, request: web.Request) -> web.Response:
        received = await _read(request)
        async with self._arrived:
            self.requests.append(received)
            self._arrived.notify_all()
        if request.headers.get("Authorization") not in (None, f"Bot {TOKEN}"):
            return _refuse(Refusal(received.method, received.path, 401))
        for index, refusal in enumerate(self.refusals):
            if refusal.method == received.method and received.path.startswith(refusal.path):
                self.refusals[index : index + 1] = (
                    [replace(refusal, times=refusal.times - 1)] if refusal.times > 1 else []
                )
                return _refuse(refusal)
        self.before(received)
        try:
            answer = self._answer(received)
        except RefusedError as refused:
            return _refuse(Refusal(received.method, "", refused.status, refused.code))
        self.after(received)
        return _respond(answer)

    def _answer(self, request: Request) -> Any:
        match request.path.strip("/").split("/"):
            case ["users", "@me"]:
                return _user(BOT, "giffusion")
            case ["oauth2", "applications", "@me"]:
                return _application()
            case ["gateway", "bot"]:
                limits = {"total": 9, "remaining": 9, "reset_after": 0, "max_concurrency": 1}
                return {"url": self.gateway_url, "shards": 1, "session_start_limit": limits}
            case ["applications", _, "commands"]:
                return [
                    {"id": "20", "application_id": APPLICATION, "version": "1"} | command
                    for command in request.payload
                ]
            case ["interactions", number, _, "callback"]:
                message = {"response_message_id": str(int(number) + 100_000)}
                return {"interaction": {"id": number, "type": 2} | message}
            case ["webhooks", _, token, "messages", "@original"]:
                return self._edit(str(int(token.removeprefix("interaction-")) + 100_000), request)
            case ["users", "@me", "channels"]:
                return {"id": CHANNEL, "type": 1, "recipients": [_user(USER, "alice")]}
            case ["users", number]:
                return _user(number, "alice")
            case ["webhooks", _, _]:
                number = self.messages.post(str(next(self._ids)), request.payload, request.files)
                return sent_message(number) | self.messages.described(number)
            case ["channels", _, "messages", number]:
                return self._edit(number, request)
            case ["channels", _, "messages"]:
                number = self.messages.post(str(next(self._ids)), request.payload, request.files)
                return sent_message(number) | self.messages.described(number)
        raise web.HTTPNotImplemented

    def _edit(self, number: str, request: Request) -> dict[str, Any]:
        if request.method == "PATCH":
            self.messages.edit(number, request.payload, request.files)
        elif request.method == "DELETE":
            self.messages.delete(number)
        return sent_message(number) | self.messages.described(number)


def _now() -> int:
    # discord.py tells an interaction's age by its id.
    return time_snowflake(utcnow())


async def _read(request: web.Request) -> Request:
    path = request.path.removeprefix(_API)
    if request.content_type != "multipart/form-data":
        body = await request.read()
        return Request(request.method, path, json.loads(body) if body else None, {})
    form = await request.post()
    files = {
        part.filename: part.file.read() for part in form.values() if isinstance(part, web.FileField)
    }
    return Request(request.method, path, json.loads(str(form["payload_json"])), files)


def _refuse(refusal: Refusal) -> web.Response:
    problem: dict[str, Any] = {"message": "refused", "code": refusal.code}
    if refusal.status == 429:
        problem |= {"retry_after": refusal.retry_after, "global": False}
    return _respond(problem, refusal.status)


def _respond(answer: Any, status: int = 200) -> web.Response:
    # discord.py reads JSON under exactly this content type, and a 429 as Discord's own with `Via`.
    headers = {"Content-Type": "application/json", "Via": "1.1 loopback"}
    return web.Response(body=json.dumps(answer).encode(), status=status, headers=headers)


def _user(number: str, name: str) -> dict[str, Any]:
    return {"id": number, "username": name, "discriminator": "0", "avatar": None}


def _application() -> dict[str, Any]:
    return {
        "id": APPLICATION,
        "name": "giffusion",
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": _user("14", "owner"),
        "verify_key": "",
    }


def sent_message(number: str) -> dict[str, Any]:
    return {
        "id": number,
        "channel_id": CHANNEL,
        "author": _user(BOT, "giffusion"),
        "content": "",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
    }
