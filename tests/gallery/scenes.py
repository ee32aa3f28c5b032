"""What is shown in the pictures: real commands to the real bot, and what it sent in answer."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.gallery.page import form_page, message_page
from tests.support.discord_server import LoopbackDiscord, Request
from tests.test_end_to_end_chats import connected, until

TREE = "0: a green tree in a meadow | 24: a yellow house at sunset | 48: a green tree in a meadow"
STAR = "0: a red circle on a white background | 24: a blue star on a night sky"
HEART = "0: 一颗红心 | 24: a blue star on a night sky"

_WELL_UNDER_WAY = 12  # of 49 frames


def text(name: str, value: str) -> dict[str, Any]:
    """An option of a command that holds a text."""
    return {"name": name, "type": 3, "value": value}


async def play(folder: Path) -> dict[str, str]:
    """Play every scene with the built-in model; the pages to be drawn, by name."""
    discord = LoopbackDiscord()
    await discord.start()
    try:
        async with connected(folder, discord):
            await until(lambda: discord.connections)
            return await _Play(discord).pages()
    finally:
        await discord.stop()


class _Play:
    def __init__(self, discord: LoopbackDiscord) -> None:
        self._discord = discord

    async def pages(self) -> dict[str, str]:
        pages = {"composer": await self._composer()}
        await self._discord.subcommand("inspire", [text("topics", "a heart at night")])
        pages["inspiration"] = await self._shown(
            "/giffusion inspire topics: a heart at night", lambda r: "How about" in str(r.payload)
        )
        command = f"/giffusion animate prompts: {TREE}"
        await self._discord.animate([text("prompts", TREE), text("settings", "--seed 5")])
        pages["progress"] = await self._shown(
            command, lambda r: bool(r.files) and _frames_done(r) >= _WELL_UNDER_WAY
        )
        pages |= await self._while_that_goes_on()
        pages["result"] = await self._shown(command, lambda r: "animation.mp4" in r.files)
        return pages

    async def _while_that_goes_on(self) -> dict[str, str]:
        discord, pages = self._discord, {}
        await discord.command(STAR)
        discord.locale = "zh-CN"
        await discord.command(HEART)
        pages["queued-zh"] = await self._shown(
            f"/giffusion 动画 提示词: {HEART}", lambda r: "排" in str(r.payload)
        )
        discord.locale = "en-US"
        await discord.subcommand("queue", [])
        pages["queue"] = await self._shown(
            "/giffusion queue", lambda r: "Cancel 1" in str(r.payload), flags=64
        )
        discord.in_server = True
        await discord.command("0: a red circle --stepz 9")
        pages["error"] = await self._shown(
            "/giffusion animate prompts: 0: a red circle --stepz 9",
            lambda r: "stepz" in str(r.payload),
        )
        discord.in_server = False
        return pages

    async def _composer(self) -> str:
        await self._discord.animate([])
        sent = await self._request(lambda r: (r.payload or {}).get("type") == 9)
        return form_page(sent.payload["data"])

    async def _shown(self, asked: str, fits: Callable[[Request], bool], flags: int = 0) -> str:
        sent = await self._request(fits)
        payload = sent.payload.get("data", sent.payload)  # of an answer to an interaction
        return message_page(payload | ({"flags": flags} if flags else {}), sent.files, asked)

    async def _request(self, fits: Callable[[Request], bool]) -> Request:
        """The first request that fits, as soon as it has come."""

        def found() -> list[Request]:
            return [r for r in self._discord.requests if r.method != "PUT" and fits(r)]

        await until(found)
        return found()[0]


def _frames_done(request: Request) -> int:
    """The frames that a progress card tells of; 0 on any other."""
    told = re.search(r"(\d+) of 49 frames", str(request.payload))
    return int(told[1]) if told else 0
