"""What Slack sends over HTTP: signed requests, in the forms that it gives each kind."""

import json
import time
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

SIGNING_SECRET = "loopback-signing-secret"
_ANSWER_SECONDS = 3.0


class HttpDelivery:
    """Delivers as `SlackSocket` does, to a `url`. `late` are what was not answered in time."""

    def __init__(self, url: str, signing_secret: str = SIGNING_SECRET) -> None:
        self.url = url
        self.late: list[str] = []
        self._signing_secret = signing_secret

    async def deliver(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send a payload; what comes back is in `status` and `payload`."""
        begun = time.monotonic()
        body, content_type = _body(kind, payload)
        answer = await self.send(body, content_type)
        if time.monotonic() - begun > _ANSWER_SECONDS:
            self.late.append(kind)
        return answer

    async def send(
        self, body: str, content_type: str, age: int = 0, **headers: str
    ) -> dict[str, Any]:
        """Send a signed body that is `age` seconds old; `headers` replace those it would have."""
        timestamp = str(int(time.time()) - age)
        signature = SignatureVerifier(self._signing_secret).generate_signature(
            timestamp=timestamp, body=body
        )
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature or "",
        }
        content = BytesIO(body.encode())
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=content, headers=signed | headers) as response,
        ):
            text = await response.text()
            is_json = response.content_type == "application/json" and text
            payload = json.loads(text) if is_json else None
            return {"status": response.status, "payload": payload, "text": text}


def _body(kind: str, payload: dict[str, Any]) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if kind == "slash_commands":
        return urlencode(payload), form
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}), form
    return json.dumps(payload), "application/json"
