"""The files of a loopback Slack: uploads, shares, downloads for whoever has the token."""

import asyncio
import json
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

NOW = 1_800_000_001
"""When all files are created: a little after the bot's messages."""
_COUNT = 100


@dataclass
class File:
    """A file in the workspace; `shares` are the (channel, thread) pairs where it is shared.

    They are told of once the file has been asked for `looks_until_shared` times, and the file is in
    lists once `listed_from`, of the event loop's time, has come. Its kind is known, so that it can
    be shown as a picture, once it has been asked for `looks_until_processed` times.
    """

    id: str
    name: str
    content: bytes = b""
    shares: list[tuple[str, str]] = field(default_factory=list)
    looks_until_shared: int = 0
    alt: str | None = None
    created: int = NOW
    listed_from: float = 0.0
    looks_until_processed: int = 0

    @property
    def mimetype(self) -> str:
        """Its kind by its first bytes; empty until Slack knows it."""
        if self.looks_until_processed > 0:
            return ""
        kinds = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"GIF8": "image/gif"}
        found = [kind for begin, kind in kinds.items() if self.content.startswith(begin)]
        return next(iter(found), "application/octet-stream")


class SlackStorage:
    """Files by their ids, for whoever has one of `tokens`.

    `shows_login_page` makes downloads answer as to a stranger.
    """

    def __init__(self, tokens: Set[str]) -> None:
        self.files: dict[str, File] = {}
        self.looks_until_shared = 0
        self.looks_until_processed = 1
        self.seconds_until_listed = 0.0
        self.shows_login_page = False
        self.url = ""
        self._tokens = tokens
        self._numbers = count(1)
        self.methods: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "files.getUploadURLExternal": self._begin,
            "files.completeUploadExternal": self._complete,
            "files.info": self._info,
            "files.list": self._list,
            "files.delete": self._delete,
        }

    @property
    def shared(self) -> list[File]:
        """The files that people in the channels see, as often as they see them."""
        return [file for file in self.files.values() for _ in file.shares]

    def hold(self, name: str, content: bytes, **more: Any) -> dict[str, Any]:
        """Put a user's file into the workspace; returns it as events describe it."""
        return self._described(self._new(name, content)) | more

    def shows(self, picture: dict[str, Any]) -> bool:
        """Whether a block may show a file: a picture that is there and processed."""
        file = self.files.get(picture.get("id", ""))
        return file is not None and file.mimetype.startswith("image/")

    def share(self, name: str, channel: str, created: int = NOW) -> None:
        """Somebody shares a file of their own in a channel."""
        file = self._new(name)
        file.shares.append((channel, ""))
        file.created = created

    def routes(self) -> list[web.RouteDef]:
        """Where the files are served."""
        return [
            web.post("/upload/{file}", self._take),
            web.get("/files/{file}", self._give),
            web.get("/moved", self._redirect),
        ]

    def _new(self, name: str, content: bytes = b"") -> File:
        file = File(f"F{next(self._numbers):08}", name, content)
        self.files[file.id] = file
        return file

    def _begin(self, arguments: dict[str, Any]) -> dict[str, Any]:
        file = self._new(arguments["filename"])
        file.alt = arguments.get("alt_txt")
        return {"file_id": file.id, "upload_url": f"{self.url}/upload/{file.id}"}

    def _complete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        file = self.files[json.loads(arguments["files"])[0]["id"]]
        file.looks_until_processed = self.looks_until_processed
        if not arguments.get("channel_id"):  # the bot's own, for its messages to show
            return {"files": [{"id": file.id, "title": file.name}]}
        file.shares.append((arguments["channel_id"], arguments.get("thread_ts") or ""))
        file.looks_until_shared = self.looks_until_shared
        file.listed_from = asyncio.get_running_loop().time() + self.seconds_until_listed
        return {"files": [{"id": file.id, "title": file.name}]}

    def _info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        file = self.files.get(arguments["file"])
        if file is None:
            return {"error": "file_not_found"}
        file.looks_until_shared -= 1
        file.looks_until_processed -= 1
        return {"file": self._described(file)}

    def _delete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if self.files.pop(arguments["file"], None) is None:
            return {"error": "file_not_found"}
        return {}

    def _list(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = arguments["channel"]
        now, since = asyncio.get_running_loop().time(), int(arguments.get("ts_from", 0))
        found = [
            file
            for file in reversed(self.shared)
            if any(place == channel for place, _ in file.shares)
            and file.created >= since
            and file.listed_from <= now
        ]
        size, page = int(arguments.get("count", _COUNT)), int(arguments.get("page", 1))
        files = found[size * (page - 1) : size * page]
        paging = {
            "count": size,
            "total": len(found),
            "page": page,
            "pages": -(-len(found) // size),
        }
        return {"files": [self._described(file) for file in files], "paging": paging}

    def _described(self, file: File) -> dict[str, Any]:
        url = f"{self.url}/files/{file.id}"
        shares: dict[str, Any] = {}
        if file.looks_until_shared < 0:
            for channel, thread in file.shares:
                shares.setdefault(channel, []).append({"thread_ts": thread})
        return {
            "id": file.id,
            "name": file.name,
            "size": len(file.content),
            "mimetype": file.mimetype,
            "url_private": url,
            "url_private_download": url,
            "shares": {"public": shares} if shares else {},
            **({"mimetype": "image/*"} if file.looks_until_processed < 0 else {}),
        }

    async def _take(self, request: web.Request) -> web.Response:
        self.files[request.match_info["file"]].content = await request.read()
        return web.Response(text="OK")

    async def _give(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.shows_login_page or token not in self._tokens:
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        return web.Response(body=self.files[request.match_info["file"]].content)

    async def _redirect(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})


def _is_picture(content: bytes) -> bool:
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8"))
