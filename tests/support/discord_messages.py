"""The messages of a loopback Discord: what each shows now, once-only posts, refusals.

A message that was never posted here counts as one from before.
"""

import time
from dataclasses import dataclass, field
from typing import Any

NONCE_SECONDS = 300.0
UPLOAD_BYTES = 10 * 1024 * 1024
_UNKNOWN_MESSAGE, _INVALID_FORM, _TOO_LARGE = 10008, 50035, 40005
_EMBED_LIMITS = {"title": 256, "description": 4_096}


class RefusedError(Exception):
    """Discord's answer to what it doesn't do."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


@dataclass
class Shown:
    """What a message shows now: `files` are its attachments' contents by their names."""

    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


class DiscordMessages:
    """Messages by their ids; those that users delete are in `deleted`."""

    def __init__(self) -> None:
        self.shown: dict[str, Shown] = {}
        self.deleted: set[str] = set()
        self._nonces: dict[str, tuple[str, float]] = {}

    def delete(self, number: str) -> None:
        """A user deletes a message."""
        self.shown.pop(number, None)
        self.deleted.add(number)

    def forget_nonces(self) -> None:
        """Minutes pass."""
        self._nonces.clear()

    def post(self, number: str, payload: dict[str, Any], files: dict[str, bytes]) -> str:
        """A new message of this id, unless its nonce was posted minutes ago; the message's id."""
        _check(payload, files)
        nonce, now = payload.get("nonce"), time.monotonic()
        if nonce is not None and payload.get("enforce_nonce"):
            earlier, at = self._nonces.get(nonce, ("", -NONCE_SECONDS))
            if now - at < NONCE_SECONDS:
                return self._there(earlier)
            self._nonces[nonce] = (number, now)
        self.shown[number] = Shown()
        self._change(number, payload, files)
        return number

    def edit(self, number: str, payload: dict[str, Any], files: dict[str, bytes]) -> str:
        """Change a message; its id."""
        self._there(number)
        _check(payload, files)
        self._change(number, payload, files)
        return number

    def described(self, number: str) -> dict[str, Any]:
        """What Discord tells of a message's content."""
        shown = self.shown.get(number, Shown())
        attachments = [
            {"id": str(place), "filename": name, "size": len(content), "url": "", "proxy_url": ""}
            for place, (name, content) in enumerate(shown.files.items())
        ]
        about = {"embeds": shown.embeds, "attachments": attachments}
        return about | {"components": shown.components}

    def _there(self, number: str) -> str:
        if number in self.deleted:
            raise RefusedError(404, _UNKNOWN_MESSAGE)
        return number

    def _change(self, number: str, payload: dict[str, Any], files: dict[str, bytes]) -> None:
        shown = self.shown.setdefault(number, Shown())
        shown.embeds = payload.get("embeds", shown.embeds)
        shown.components = payload.get("components", shown.components)
        if "attachments" not in payload:
            shown.files |= files
            return
        # Whatever isn't listed goes. An upload is listed by its number.
        kept = [upload["filename"] for upload in payload["attachments"] if "filename" in upload]
        shown.files = {name: files[name] for name in kept if name in files}


def _check(payload: dict[str, Any], files: dict[str, bytes]) -> None:
    """RefusedError where a message breaks Discord's limits."""
    if any(len(content) > UPLOAD_BYTES for content in files.values()):
        raise RefusedError(413, _TOO_LARGE)
    too_long = [
        name
        for embed in payload.get("embeds") or []
        for name, limit in _EMBED_LIMITS.items()
        if len(embed.get(name) or "") > limit
    ]
    if too_long or len(str(payload.get("nonce") or "")) > 25:
        raise RefusedError(400, _INVALID_FORM)
