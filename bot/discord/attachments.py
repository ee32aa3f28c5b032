"""Files that came with a Discord command: fetched when asked for, from Discord alone."""

from http import HTTPStatus
from pathlib import Path

import aiohttp
import discord

from bot.download import check_size, parse_url, save_response
from engine.errors import MediaError

CDN_ORIGINS = frozenset({"https://cdn.discordapp.com", "https://media.discordapp.net"})
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=30)


class DiscordAttachment:
    """`port.Attachment` over Discord's own; its address expires, so save it soon."""

    def __init__(self, attachment: discord.Attachment) -> None:
        self.name = attachment.filename
        self.size = attachment.size
        self._url = attachment.url

    async def save(self, target: Path, limit: int) -> None:
        """Stream the file to `target`; MediaError, and no file left, if it can't be had whole."""
        url = parse_url(self._url)
        if url is None or str(url.origin()) not in CDN_ORIGINS:
            raise MediaError(f"{self.name} isn't kept by Discord, so it isn't fetched.")
        check_size(self.size, limit, self.name)
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.get(url, allow_redirects=False) as response,
            ):
                if response.status != HTTPStatus.OK:
                    raise self._unavailable()
                await save_response(response, target, limit, self.name)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise self._unavailable() from error

    def _unavailable(self) -> MediaError:
        return MediaError(f"{self.name} could not be fetched from Discord.")
