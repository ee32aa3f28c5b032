"""A Discord channel that outlives every bot: commands in, and what its messages show."""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.support.discord_messages import Shown
from tests.support.discord_server import LoopbackDiscord, Request

_SESSION = re.compile(r"/s/([0-9a-f]{24})")
_UNDER_WAY = re.compile(r"giffusion:cancel:([0-9a-f]{24})")
_RESULT = re.compile(r"(animation|upload)\.\w+")


@dataclass
class Channel(LoopbackDiscord):
    """`taken` are the messages that acknowledged a command; `arrived` counts what the bot did."""

    taken: list[str] = field(default_factory=list)
    arrived: Counter[str] = field(default_factory=Counter)

    async def order(self, text: str, picture: str | None) -> str:
        """Send a command, with the file of this name; the message that is to answer it.

        OSError where no bot is connected.
        """
        number = str(next(self._ids))
        options: list[dict[str, Any]] = [{"name": "prompts", "type": 3, "value": text}]
        animate = {"name": "animate", "type": 1, "options": options}
        data: dict[str, Any] = {"id": "20", "name": "giffusion", "type": 1, "options": [animate]}
        if picture:
            options.append({"name": "image", "type": 11, "value": "30"})
            url = f"{self.origin}/files/{picture}"
            size = len(self.files[picture])
            file = {"id": "30", "filename": picture, "size": size, "url": url, "proxy_url": url}
            data["resolved"] = {"attachments": {"30": file}}
        if self._gateway is None or self._gateway.closed:
            raise ConnectionResetError
        particulars = {"id": number, "token": f"interaction-{number}"}
        await self._interaction({"type": 2, "data": data, **particulars})
        return _message_of(number)

    def results(self) -> dict[str, dict[str, bytes]]:
        """By job, the animations that are shown now, by message."""
        found: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
        for message, shown in self.messages.shown.items():
            job = _SESSION.search(_text(shown))
            files = [file for name, file in shown.files.items() if _RESULT.fullmatch(name)]
            if job and files:
                found[job[1]][message] = files[0]
        return found

    def under_way(self) -> dict[str, str]:
        """By message, the jobs that are shown as not over yet."""
        found = {number: _UNDER_WAY.search(_text(s)) for number, s in self.messages.shown.items()}
        return {message: job[1] for message, job in found.items() if job}

    def _answer(self, request: Request) -> Any:
        match request.path.strip("/").split("/"):
            case ["interactions", number, _, "callback"]:
                self.arrived["command taken"] += 1
                self.taken.append(_message_of(number))
        if any(_RESULT.fullmatch(name) for name in request.files):
            self.arrived["result posted"] += 1
        return super()._answer(request)


def _text(shown: Shown) -> str:
    return json.dumps([shown.embeds, shown.components])


def _message_of(number: str) -> str:
    return str(int(number) + 100_000)
