"""Who lets the bot into workspaces: one token, or each workspace by installing the app."""

from typing import Protocol

from slack_bolt.async_app import AsyncApp

from bot.slack.client import authenticate, web_client
from bot.slack.workspaces import OneWorkspace, Workspace, Workspaces


class Access(Protocol):
    """Opens the workspaces that the bot is let into."""

    async def enter(self) -> Workspaces:
        """Those; ConfigurationError if refused, ConnectionError where a later try may succeed."""
        ...

    def listen(self, app: AsyncApp) -> None:
        """Register with an app what ends the access again."""
        ...

    async def leave(self) -> None:
        """Let go of what was opened."""
        ...


class OneToken:
    """The token of one workspace's bot."""

    def __init__(self, token: str, api_url: str | None) -> None:
        self._client = web_client(token, api_url)

    async def enter(self) -> Workspaces:
        """The one workspace, once Slack has said who the token stands for."""
        return OneWorkspace(Workspace(self._client, await authenticate(self._client)))

    def listen(self, app: AsyncApp) -> None:
        """Nothing: a token that is revoked is told of with the next call."""

    async def leave(self) -> None:
        """Nothing is held."""
