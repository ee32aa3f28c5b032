"""Putting a file into a Slack thread exactly once.

Slack shares an uploaded file some time after it has said yes, and an upload that timed out may have
been taken all the same. So the file gets a name of its own, which is looked for in the channel
before every try, after a restart too, and once Slack has said yes nothing is tried again.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import UNREACHABLE, is_passing, reason
from engine.errors import MediaError

log = logging.getLogger(__name__)

# Slack itself takes 1 GB; the client holds the whole file in memory while it sends it.
UPLOAD_BYTES = 100 * 1024 * 1024
UPLOAD_SECONDS = 180

_TRIES = 3
_SETTLE_SECONDS = 10.0
_LOOKS = 15
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file's place or content, and the name it gets in Slack; `alt` says what a picture shows."""

    name: str
    content: Path | bytes
    alt: str | None = None

    def size(self) -> int:
        """How many bytes it has."""
        content = self.content
        return len(content) if isinstance(content, bytes) else content.stat().st_size

    def read(self) -> bytes:
        """All that is in it."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


async def share_file(client: AsyncWebClient, channel: str, thread: str, file: SharedFile) -> None:
    """Post a file in a thread; MediaError, a sentence for the user, if it can't be."""
    size = await asyncio.to_thread(file.size)
    if size > UPLOAD_BYTES:
        raise MediaError(
            f"The file is {size / 1e6:.0f} MB, more than the {UPLOAD_BYTES / 1e6:.0f} MB "
            "that can be uploaded to Slack."
        )
    try:
        file_id = await _upload_once(client, channel, thread, file)
    except SlackApiError as error:
        raise MediaError(f"Slack did not take the file ({reason(error)}).") from error
    await _wait_until_shared(client, channel, file_id)


async def _upload_once(client: AsyncWebClient, channel: str, thread: str, file: SharedFile) -> str:
    for _ in range(_TRIES):
        try:
            found = await _find(client, channel, file.name)
            if found is not None:
                return found
            return await _upload(client, channel, thread, file)
        except SlackApiError as error:
            if not is_passing(error):
                raise
            log.warning("Slack answered an upload with %s", reason(error))
        except (SlackRequestError, *UNREACHABLE) as error:
            log.warning("An upload to Slack got no answer: %r", error)
        await asyncio.sleep(_SETTLE_SECONDS)
    raise MediaError("Slack gave no answer to the file's upload.")


async def _find(client: AsyncWebClient, channel: str, name: str) -> str | None:
    answer = await client.files_list(channel=channel)
    files: list[dict[str, Any]] = answer.get("files", [])
    return next((str(file["id"]) for file in files if file.get("name") == name), None)


async def _upload(client: AsyncWebClient, channel: str, thread: str, file: SharedFile) -> str:
    answer = await client.files_upload_v2(
        file=await asyncio.to_thread(file.read),
        filename=file.name,
        title=file.name,
        alt_txt=file.alt,
        channel=channel,
        thread_ts=thread,
    )
    return str(answer["files"][0]["id"])


async def _wait_until_shared(client: AsyncWebClient, channel: str, file_id: str) -> None:
    for _ in range(_LOOKS):
        try:
            answer = await client.files_info(file=file_id)
            shares: dict[str, dict[str, Any]] = answer["file"].get("shares") or {}
            if any(channel in places for places in shares.values()):
                return
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("Slack tells nothing about an uploaded file: %r", error)
        await asyncio.sleep(_LOOK_SECONDS)
    raise MediaError(
        "Slack has the file but doesn't show it yet: it may still come into the thread."
    )
