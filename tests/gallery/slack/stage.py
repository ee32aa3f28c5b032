"""The whole service in a loopback Slack, and what its users do and get there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.configuration import Secrets
from tests.gallery.service import open_service
from tests.support.slack_messages import Message
from tests.support.slack_server import APP_TOKEN, BOT_TOKEN, LoopbackSlack

_PATIENCE = 240


@dataclass(frozen=True)
class Shown:
    """A message as it stood at one time, with the workspace's files by id."""

    message: Message
    payload: Mapping[str, Any]
    pictures: Mapping[str, bytes]


class Stage:
    """What is shown is looked for in what came since the last `begin`."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self.slack = slack
        self._before: set[str] = set()

    def begin(self) -> LoopbackSlack:
        """The workspace, for somebody to do something there."""
        slack = self.slack
        messages = {message.ts for message in self._messages()}
        self._before = {*messages, *slack.storage.files, *slack.views.open}
        return self.slack

    async def shown(self, is_it: Callable[[str], bool]) -> Shown:
        """The first message of whose blocks, as text, this holds, as soon as it does."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                for message in self._messages():
                    for payload in message.shown if message.ts not in self._before else []:
                        if is_it(str(payload["blocks"])):
                            return Shown(message, payload, self.pictures())
                await asyncio.sleep(0.05)

    async def opened(self, is_it: Callable[[str], bool]) -> Mapping[str, Any]:
        """The first form of which, as text, this holds, as soon as it does."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                for number, form in self.slack.views.open.items():
                    if number not in self._before and is_it(form.text):
                        return form.view
                await asyncio.sleep(0.05)

    async def home(self, is_it: Callable[[str], bool]) -> Mapping[str, Any]:
        """Alice's home tab, once this holds of it as text."""
        async with asyncio.timeout(_PATIENCE):
            while not is_it(str(self.slack.views.homes.get("U1"))):
                await asyncio.sleep(0.05)
        return self.slack.views.homes["U1"]

    def pictures(self) -> dict[str, bytes]:
        """The workspace's files by id."""
        return {file.id: file.content for file in self.slack.storage.files.values()}

    async def files_in_thread(self, shown: Shown) -> dict[str, bytes]:
        """The files that the bot has shared in a message's thread since, by name; at least one."""
        thread = shown.message.thread or shown.message.ts
        async with asyncio.timeout(_PATIENCE):
            while not (files := self._shared_in(thread)):
                await asyncio.sleep(0.05)
        return files

    def _shared_in(self, thread: str) -> dict[str, bytes]:
        return {
            file.name: file.content
            for file in self.slack.storage.shared
            if file.id not in self._before and any(root == thread for _, root in file.shares)
        }

    def _messages(self) -> list[Message]:
        return [*self.slack.messages.values(), *self.slack.ephemerals]


@asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """The service with the built-in model and all that it keeps in `folder`."""
    secrets = Secrets(discord_token="", slack_bot_token=BOT_TOKEN, slack_app_token=APP_TOKEN)
    async with LoopbackSlack() as slack:
        settings = {"GIFFUSION_SLACK__API_URL": slack.api_url}
        async with open_service(folder, settings, secrets):
            async with asyncio.timeout(_PATIENCE):
                while not slack.socket.connections:
                    await asyncio.sleep(0.05)
            yield Stage(slack)
