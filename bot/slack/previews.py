"""Pictures of animations on their way, shown in their message.

A block shows a file that was uploaded to the workspace; Slack knows it some seconds later. So a
picture takes several calls and never holds a card up: the next card shows it once it is ready, and
the one before is deleted. What was uploaded is noted on the disk until it is deleted, so that a
killed bot leaves nothing behind. Whatever goes wrong costs a picture, nothing else.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine
from io import BytesIO
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.pacing import Rate
from bot.slack.client import is_locked_out, is_passing, reason
from bot.slack.memory import Memory
from bot.slack.place import Place
from bot.slack.reply import Reply
from bot.slack.workspaces import Workspace

_NAME = "giffusion-preview.jpg"
_A_MINUTE = 10  # in a workspace; each takes some six calls, of which 50 a minute are taken at least
_SECONDS = 10.0  # between two of one message
_LOOKS, _LOOK_SECONDS = 10, 1.0
_STOP_SECONDS = 2.0
_SIDE, _QUALITY = 512, 80
_log = logging.getLogger(__name__)


class Previews:
    """The pictures of all messages."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._rates: defaultdict[str, Rate] = defaultdict(lambda: Rate(_A_MINUTE, 60.0))
        self._forbidden: set[str] = set()
        self._offered: dict[tuple[str, str, str], float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def offer(self, workspace: Workspace, reply: Reply, picture: bytes) -> None:
        """Have a picture (WebP) shown by a card to come, if it is time for one."""
        now = asyncio.get_running_loop().time()
        rate = self._rates[workspace.team]
        offered = self._offered.get(reply.place.key, now - _SECONDS)
        if reply.uploading or now - offered < _SECONDS:
            return
        if workspace.team in self._forbidden or rate.pause() > 0:
            return
        rate.take()
        reply.uploading = True
        self._offered[reply.place.key] = now
        self._start(self._upload(workspace, reply, picture))

    def tidy(self, workspace: Workspace, reply: Reply) -> None:
        """Delete the pictures that a message shows no more."""
        if reply.over:
            self._offered.pop(reply.place.key, None)
        kept = () if reply.over else (reply.picture, reply.coming)
        noted = self._memory.previews(workspace.team, _messages(reply.place))
        old = [file for file in noted if file not in kept]
        if old:
            self._start(self._delete(workspace, old))

    async def close(self) -> None:
        """Upload nothing any more."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="slack preview")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _upload(self, workspace: Workspace, reply: Reply, picture: bytes) -> None:
        try:
            content = await asyncio.to_thread(_as_jpeg, picture)
            answer = await workspace.client.files_upload_v2(file=content, filename=_NAME)
            reply.coming = file = str(answer["files"][0]["id"])
            self._memory.note_preview(workspace.team, _messages(reply.place)[0], file)
            if await _is_processed(workspace, file):
                reply.picture = file
        except SlackApiError as error:
            if reason(error) == "missing_scope":
                _log.warning("The Slack app lacks scopes for previews, so there are none.")
                self._forbidden.add(workspace.team)
            else:
                _log.info("Slack took no preview: %s", reason(error))
        except Exception as error:
            _log.info("A preview could not be shown: %r", error)
        finally:
            reply.coming, reply.uploading = None, False
        if reply.over:
            self.tidy(workspace, reply)

    async def _delete(self, workspace: Workspace, files: list[str]) -> None:
        for file in files:
            try:
                await workspace.client.files_delete(file=file)
            except SlackApiError as error:
                if is_passing(error) or is_locked_out(error):
                    continue
            except Exception as error:
                _log.info("A preview could not be deleted: %r", error)
                continue
            self._memory.forget_preview(file)


async def _is_processed(workspace: Workspace, file: str) -> bool:
    """Whether a message can show a file; waits for it."""
    for _ in range(_LOOKS):
        await asyncio.sleep(_LOOK_SECONDS)
        answer = await workspace.client.files_info(file=file)
        if answer["file"].get("mimetype"):
            return True
    return False


def _messages(place: Place) -> list[str]:
    """The message's ts, and that of the one that it stands in for: pictures are noted with it."""
    return [ts for ts in (place.ts, place.instead_of) if ts]


def _as_jpeg(picture: bytes) -> bytes:
    from PIL import Image

    with Image.open(BytesIO(picture)) as image:
        image.thumbnail((_SIDE, _SIDE))
        jpeg = BytesIO()
        image.convert("RGB").save(jpeg, "JPEG", quality=_QUALITY)
    return jpeg.getvalue()
