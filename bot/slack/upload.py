"""Putting a file into a Slack thread exactly once.

Slack shares an uploaded file some time after it has said yes, and an upload that timed out may have
been taken all the same, as may be one that the bot was killed in. So the file gets a name of its
own, which is looked for in the channel before every try, and for some time after a start before the
first. Once Slack has said yes nothing is tried again.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import UNREACHABLE, is_passing, reason
from engine.errors import MediaError

log = logging.getLogger(__name__)

# Slack itself takes 1 GB; the client holds the whole file in memory while it sends it.
UPLOAD_BYTES = 100 * 1024 * 1024
UPLOAD_SECONDS = 180

_TRIES = 3
_SETTLE_SECONDS = 10.0  # until a file that Slack has taken is in its channel's list
_FILES_A_PAGE = 200
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


class Thread(NamedTuple):
    """Where a file goes. It isn't older than `since`, which is a message's ts too."""

    channel: str
    ts: str
    since: str


class Uploads:
    """Shares files by a client; to be created when the bot starts."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._settled = time.monotonic() + _SETTLE_SECONDS

    async def share(self, thread: Thread, file: SharedFile) -> None:
        """Post a file in a thread; MediaError, a sentence for the user, if it can't be."""
        size = await asyncio.to_thread(file.size)
        if size > UPLOAD_BYTES:
            raise MediaError(
                f"The file is {size / 1e6:.0f} MB, more than the {UPLOAD_BYTES / 1e6:.0f} MB "
                "that can be uploaded to Slack."
            )
        try:
            file_id = await self._upload_once(thread, file)
        except SlackApiError as error:
            raise MediaError(f"Slack did not take the file ({reason(error)}).") from error
        await self._wait_until_shared(thread.channel, file_id)

    async def _upload_once(self, thread: Thread, file: SharedFile) -> str:
        for _ in range(_TRIES):
            try:
                found = await self._find_settled(thread, file.name)
                return found or await self._upload(thread, file)
            except SlackApiError as error:
                if not is_passing(error):
                    raise
                log.warning("Slack answered an upload with %s", reason(error))
            except (SlackRequestError, *UNREACHABLE) as error:
                log.warning("An upload to Slack got no answer: %r", error)
            await asyncio.sleep(_SETTLE_SECONDS)
        raise MediaError("Slack gave no answer to the file's upload.")

    async def _find_settled(self, thread: Thread, name: str) -> str | None:
        """A file's id; None only once it would be listed if the run before had uploaded it."""
        found = await self._find(thread, name)
        rest = self._settled - time.monotonic()
        if found or rest <= 0:
            return found
        await asyncio.sleep(rest)
        return await self._find(thread, name)

    async def _find(self, thread: Thread, name: str) -> str | None:
        page = pages = 1
        while page <= pages:
            answer = await self._client.files_list(
                channel=thread.channel,
                ts_from=thread.since.partition(".")[0],
                count=_FILES_A_PAGE,
                page=page,
            )
            files: list[dict[str, Any]] = answer.get("files", [])
            for file in files:
                if file.get("name") == name:
                    return str(file["id"])
            paging: dict[str, int] = answer.get("paging") or {}
            pages, page = paging.get("pages", 1), page + 1
        return None

    async def _upload(self, thread: Thread, file: SharedFile) -> str:
        answer = await self._client.files_upload_v2(
            file=await asyncio.to_thread(file.read),
            filename=file.name,
            title=file.name,
            alt_txt=file.alt,
            channel=thread.channel,
            thread_ts=thread.ts,
        )
        return str(answer["files"][0]["id"])

    async def _wait_until_shared(self, channel: str, file_id: str) -> None:
        for _ in range(_LOOKS):
            try:
                answer = await self._client.files_info(file=file_id)
                shares: dict[str, dict[str, Any]] = answer["file"].get("shares") or {}
                if any(channel in places for places in shares.values()):
                    return
            except (SlackApiError, *UNREACHABLE) as error:
                log.warning("Slack tells nothing about an uploaded file: %r", error)
            await asyncio.sleep(_LOOK_SECONDS)
        raise MediaError(
            "Slack has the file but doesn't show it yet: it may still come into the thread."
        )
