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

from bot.language import N_, Sentence
from bot.slack.client import UNREACHABLE, is_passing, patient, reason
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
_TOO_LARGE = N_("The file is {size} MB, more than the {most} MB that can be uploaded to Slack.")
_NO_ANSWER = N_("Slack gave no answer to the file's upload.")
_NOT_SHOWN = N_("Slack has the file but doesn't show it yet: it may still come into the thread.")
_NOT_TAKEN = N_("Slack did not take the file ({reason}).")
_REFUSALS = {
    "missing_scope": N_("The app lacks the scope files:write, so it can't upload files."),
    "file_uploads_disabled": N_("This workspace doesn't let files be uploaded."),
    "storage_limit_reached": N_("This workspace has no room left for files."),
}


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
    """Shares files; to be created when the bot starts."""

    def __init__(self) -> None:
        self._settled = time.monotonic() + _SETTLE_SECONDS

    async def share(self, client: AsyncWebClient, thread: Thread, file: SharedFile) -> str:
        """Post a file in a thread; its id. MediaError, a sentence for the user, if it can't be."""
        size = await asyncio.to_thread(file.size)
        if size > UPLOAD_BYTES:
            most = f"{UPLOAD_BYTES / 1e6:.0f}"
            raise MediaError(Sentence(_TOO_LARGE, size=f"{size / 1e6:.0f}", most=most))
        client = patient(client, UPLOAD_SECONDS)
        try:
            file_id = await self._upload_once(client, thread, file)
        except SlackApiError as error:
            why = reason(error)
            raise MediaError(_REFUSALS.get(why) or Sentence(_NOT_TAKEN, reason=why)) from error
        await _wait_until_shared(client, thread.channel, file_id)
        return file_id

    async def _upload_once(self, client: AsyncWebClient, thread: Thread, file: SharedFile) -> str:
        for _ in range(_TRIES):
            try:
                found = await self._find_settled(client, thread, file.name)
                return found or await _upload(client, thread, file)
            except SlackApiError as error:
                if not is_passing(error):
                    raise
                log.warning("Slack answered an upload with %s", reason(error))
            except (SlackRequestError, *UNREACHABLE) as error:
                log.warning("An upload to Slack got no answer: %r", error)
            await asyncio.sleep(_SETTLE_SECONDS)
        raise MediaError(_NO_ANSWER)

    async def _find_settled(self, client: AsyncWebClient, thread: Thread, name: str) -> str | None:
        """A file's id; None only once it would be listed if the run before had uploaded it."""
        found = await _find(client, thread, name)
        rest = self._settled - time.monotonic()
        if found or rest <= 0:
            return found
        await asyncio.sleep(rest)
        return await _find(client, thread, name)


async def _find(client: AsyncWebClient, thread: Thread, name: str) -> str | None:
    page = pages = 1
    while page <= pages:
        answer = await client.files_list(
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


async def _upload(client: AsyncWebClient, thread: Thread, file: SharedFile) -> str:
    answer = await client.files_upload_v2(
        file=await asyncio.to_thread(file.read),
        filename=file.name,
        title=file.name,
        alt_txt=file.alt,
        channel=thread.channel,
        thread_ts=thread.ts,
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
    raise MediaError(_NOT_SHOWN)
