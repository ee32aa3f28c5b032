"""The whole service on a loopback Discord, and what its users do and get there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.discord import attachments
from engine.configuration import Secrets
from tests.gallery.service import open_service
from tests.support.discord_server import TOKEN, LoopbackDiscord, Request, sent_message

_PATIENCE = 240


class Stage:
    """What was sent is looked for from the last thing on that alice did."""

    def __init__(self, discord: LoopbackDiscord) -> None:
        self.discord = discord
        self._begin = 0

    async def animate(self, *, user: str = "12", **options: str | int) -> None:
        """`/giffusion animate`."""
        self._begin = len(self.discord.requests)
        await self.discord.animate(_options(options), user=user)

    async def use(self, subcommand: str, *, audio: str = "", **options: str) -> None:
        """Another subcommand, with a file of Discord's as its audio."""
        self._begin = len(self.discord.requests)
        await self.discord.use(subcommand, _options(options), audio=audio)

    async def press(self, action: str, request: Request) -> None:
        """Press a button, by what it does, of the message that a request was for."""
        self._begin = len(self.discord.requests)
        message = self._message(request)
        ids = [
            button.get("custom_id", "")
            for row in message["components"]
            for button in row["components"]
        ]
        (button,) = [name for name in ids if name.startswith(f"giffusion:{action}:")]
        await self.discord.press(button, message)

    async def reply(self, file: str, request: Request) -> None:
        """Reply with a file of Discord's to the message that a request was for."""
        self._begin = len(self.discord.requests)
        await self.discord.say("", file, reply_to=self._message(request))

    async def react(self, emoji: str, request: Request) -> None:
        """Put a reaction under the message that a request was for."""
        self._begin = len(self.discord.requests)
        await self.discord.react(emoji, _number(request))

    async def sent(self, is_it: Callable[[Request], bool]) -> Request:
        """The first request of this kind, as soon as it has come."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                for request in self.discord.requests[self._begin :]:
                    if request.payload and is_it(request):
                        return request
                await asyncio.sleep(0.05)

    def is_private(self, request: Request) -> bool:
        """Whether only alice sees the message that a request is for."""
        return any(
            _number(earlier) == _number(request)
            for earlier in self.discord.requests
            if earlier.path.endswith("/callback")
            and (earlier.payload.get("data") or {}).get("flags", 0) & 64
        )

    def _message(self, request: Request) -> dict[str, Any]:
        number = _number(request)
        components = {"components": request.payload["components"]}
        return sent_message(number) | self.discord.messages.described(number) | components


def _options(values: dict[str, Any]) -> list[dict[str, Any]]:
    kinds: dict[type, int] = {str: 3, int: 4}
    return [
        {"name": name, "type": kinds[type(value)], "value": value} for name, value in values.items()
    ]


def _number(request: Request) -> str:
    """The id of the message that a request is for; empty where it is for none."""
    match request.path.strip("/").split("/"):
        case ["interactions", number, _, "callback"]:
            return str(int(number) + 100_000)
        case ["webhooks", _, token, "messages", "@original"]:
            return str(int(token.removeprefix("interaction-")) + 100_000)
        case [*_, "messages", number]:
            return number
    return ""


@asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """The service with the built-in model and all that it keeps in `folder`."""
    discord = LoopbackDiscord(in_server=True)
    await discord.start()
    settings = {
        "GIFFUSION_DISCORD__API_URL": discord.api_url,
        "GIFFUSION_DISCORD__GATEWAY_URL": discord.gateway_url,
    }
    secrets = Secrets(discord_token=TOKEN, slack_bot_token="", slack_app_token="")
    origins = frozenset({discord.origin})
    try:
        with patch.object(attachments, "CDN_ORIGINS", origins):
            async with open_service(folder, settings, secrets):
                await discord.wait_for_gateway()
                yield Stage(discord)
    finally:
        await discord.stop()
