"""Files that came with a Discord command: fetched when asked for, from Discord alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

import aiohttp
import discord
from yarl import URL

from engine.errors import MediaError

CDN_ORIGINS = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})
_CHUNK = 64 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=30)


class DiscordAttachment:
    """`port.Attachment` over Discord's own; its address expires, so save it soon."""

    def __init__(self, attachment: discord.Attachment) -> None:
        self.name = attachment.filename
        self.size = attachment.size
        self._url = attachment.url

    async def save(self, target: Path, limit: int) -> None:
        """Stream the file to `target`; MediaError, and no file left, if it can't be had whole."""
        url = URL(self._url)
        if not url.absolute or str(url.origin()) not in CDN_ORIGINS:
            raise MediaError(f"{self.name} isn't kept by Discord, so it isn't fetched.")
        if self.size > limit:
            raise self._too_large(limit)
        try:
            await self._stream(url, target, limit)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise self._unavailable() from error

    async def _stream(self, url: URL, target: Path, limit: int) -> None:
        # Discord's word on the size is not taken: what arrives is counted.
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != HTTPStatus.OK:
                raise self._unavailable()
            arrived = 0
            with _whole_or_gone(target) as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    arrived += len(chunk)
                    if arrived > limit:
                        raise self._too_large(limit)
                    file.write(chunk)

    def _unavailable(self) -> MediaError:
        return MediaError(f"{self.name} could not be fetched from Discord.")

    def _too_large(self, limit: int) -> MediaError:
        return MediaError(f"{self.name} is larger than the {limit / 1e6:.3g} MB taken here.")


@contextmanager
def _whole_or_gone(target: Path) -> Iterator[BinaryIO]:
    try:
        with target.open("wb") as file:
            yield file
    except BaseException:
        target.unlink(missing_ok=True)
        raise
