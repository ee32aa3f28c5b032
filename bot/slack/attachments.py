"""Files that came with a Slack message: found, checked and downloaded with the bot's token."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.download import check_size, parse_url, save_response
from bot.slack.client import UNREACHABLE
from engine.errors import MediaError

log = logging.getLogger(__name__)

# Whoever is sent the bot's token can act as the bot: it goes to Slack's own hosts alone.
_HOSTS = ("slack.com", "slack-gov.com", "slack-files.com")
_REDIRECTS = 3
_SECONDS = 300


@dataclass(slots=True)
class SlackAttachment:
    """A file in Slack; `url` is empty where Slack tells the bot nothing about it."""

    name: str
    size: int
    url: str
    client: AsyncWebClient

    async def save(self, target: Path, limit: int) -> None:
        """Write the file to `target`; MediaError if it can't be had or passes `limit` bytes."""
        if not self.url:
            raise MediaError(f"{self.name} can't be read from this workspace; upload it here again")
        check_size(self.size, limit, self.name)
        timeout = aiohttp.ClientTimeout(total=_SECONDS, sock_connect=10, sock_read=30)
        try:
            async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
                await self._download(session, target, limit)
        except UNREACHABLE as error:
            raise MediaError(f"{self.name} could not be fetched from Slack; try again") from error

    async def _download(self, session: aiohttp.ClientSession, target: Path, limit: int) -> None:
        async with await self._open(session) as response:
            self._check(response)
            await save_response(response, target, limit, self.name)

    def _check(self, response: aiohttp.ClientResponse) -> None:
        if response.status != 200:
            raise MediaError(f"Slack refused to send {self.name} (HTTP {response.status})")
        if response.content_type == "text/html":
            raise MediaError(
                f"Slack sent a login page instead of {self.name}; "
                "the app needs the scope files:read"
            )

    async def _open(self, session: aiohttp.ClientSession) -> aiohttp.ClientResponse:
        url = parse_url(self.url)
        headers = {"Authorization": f"Bearer {self.client.token}"}
        for _ in range(1 + _REDIRECTS):
            if url is None or not self._is_slacks(url):
                raise MediaError(f"{self.name} isn't kept by Slack itself; upload the file instead")
            response = await session.get(url, headers=headers, allow_redirects=False)
            if not 300 <= response.status < 400:
                return response
            response.release()
            url = parse_url(response.headers.get("Location", ""), base=url)
        raise MediaError(f"{self.name} could not be fetched from Slack: too many redirects")

    def _is_slacks(self, url: URL) -> bool:
        api, host = URL(self.client.base_url), url.host or ""
        if (url.scheme, host, url.port) == (api.scheme, api.host, api.port):
            return True
        return (url.scheme, url.port) == ("https", 443) and any(
            host == known or host.endswith(f".{known}") for known in _HOSTS
        )


async def find_attachments(
    client: AsyncWebClient, files: Iterable[Mapping[str, Any]]
) -> tuple[SlackAttachment, ...]:
    """The files of a message. Those of shared channels come as stubs and are looked up."""
    return tuple([_attachment(client, await _full(client, file)) for file in files])


def _attachment(client: AsyncWebClient, file: Mapping[str, Any]) -> SlackAttachment:
    return SlackAttachment(
        name=str(file.get("name") or "the file"),
        size=int(file.get("size") or 0),
        url=str(file.get("url_private_download") or file.get("url_private") or ""),
        client=client,
    )


async def _full(client: AsyncWebClient, file: Mapping[str, Any]) -> Mapping[str, Any]:
    if file.get("file_access") != "check_file_info" and file.get("url_private"):
        return file
    try:
        answer = await client.files_info(file=str(file.get("id")))
    except (SlackApiError, *UNREACHABLE) as error:
        log.warning("Slack tells nothing about a file of a message: %s", error)
        return {}
    found: Mapping[str, Any] = answer["file"]
    return found
