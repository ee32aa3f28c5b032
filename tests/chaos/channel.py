"""A Discord channel that outlives every bot: what its messages showed, one after the other."""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.support.discord_server import (
    CHANNEL,
    LoopbackDiscord,
    Refusal,
    Request,
    sent_message,
)

_UNKNOWN_MESSAGE = 10008
_SESSION = re.compile(r"/s/([0-9a-f]{24})")
_RESULT = re.compile(r"(animation|upload)\.\w+")


@dataclass(frozen=True)
class Shown:
    """What a message showed: a job's result, or a card on the way (`result` None)."""

    text: str
    job: str | None
    result: bytes | None


@dataclass
class Channel(LoopbackDiscord):
    """Keeps what is shown; posts a nonce once; an edit of what a user deleted is refused."""

    shown: defaultdict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    arrived: Counter[str] = field(default_factory=Counter)
    _posted: dict[str, str] = field(default_factory=dict)

    async def order(self, text: str, picture: str | None) -> str:
        """Send a command, with the file of this name; the message that is to answer it.

        OSError where no bot is connected.
        """
        number = str(next(self._ids))
        options: list[dict[str, Any]] = [{"name": "prompts", "type": 3, "value": text}]
        data: dict[str, Any] = {"id": "20", "name": "giffusion", "type": 1, "options": options}
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

    def delete(self, message: str) -> None:
        """Take a message away, as its user can."""
        number = int(message) - 100_000
        paths = f"/channels/{CHANNEL}/messages/{message}", f"/webhooks/11/interaction-{number}/"
        self.refusals += [Refusal("PATCH", path, 404, _UNKNOWN_MESSAGE, 10**9) for path in paths]

    def results(self) -> dict[str, dict[str, bytes]]:
        """By job, the results that are shown now, by message."""
        found: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
        for message, cards in self.shown.items():
            if cards and cards[-1].job and cards[-1].result is not None:
                found[cards[-1].job][message] = cards[-1].result
        return found

    def _answer(self, request: Request) -> Any:
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["interactions", number, _, "callback"]:
                self.arrived["command taken"] += 1
                self.shown[_message_of(number)] = []
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                self._show(_message_of(token.removeprefix("interaction-")), request)
            case "PATCH", ["channels", _, "messages", message]:
                self._show(message, request)
            case "POST", ["channels", _, "messages"]:
                return self._post(request)
        return super()._answer(request)

    def _post(self, request: Request) -> Any:
        nonce = request.payload.get("nonce")
        once = nonce is not None and request.payload.get("enforce_nonce")
        if not once or nonce not in self._posted:
            message = str(next(self._ids) + 100_000)
            self._show(message, request)
            if once:
                self._posted[nonce] = message
            return sent_message(message)
        return sent_message(self._posted[nonce])

    def _show(self, message: str, request: Request) -> None:
        text = json.dumps(request.payload)
        job = _SESSION.search(text)
        results = [file for name, file in request.files.items() if _RESULT.fullmatch(name)]
        if results:
            self.arrived["result posted"] += 1
        self.shown[message].append(Shown(text, job and job[1], results[0] if results else None))


def _message_of(number: str) -> str:
    return str(int(number) + 100_000)
