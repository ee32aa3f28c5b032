"""The workspaces that the bot is in."""

from dataclasses import dataclass
from typing import Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from engine.errors import JobError


class NoWorkspaceError(JobError):
    """The app isn't installed in a workspace, or not any more."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace, and the bot in it; `client` has its token there."""

    client: AsyncWebClient
    identity: AuthorizeResult

    @property
    def team(self) -> str:
        """The workspace's id."""
        return str(self.identity.team_id)

    @property
    def bot(self) -> str:
        """The bot's user id in it."""
        return str(self.identity.bot_user_id)

    def person(self, user: str) -> str:
        """Somebody in it as `platform:tenant:user`.

        Guests of shared channels are under the bot's own workspace, too: whoever started a job must
        be the same when they press its button.
        """
        return f"slack:{self.team}:{user}"


class Workspaces(Protocol):
    """All of them."""

    async def of(self, team: str, enterprise: str | None = None) -> Workspace:
        """The workspace with an id; NoWorkspaceError where the app isn't installed."""
        ...


class OneWorkspace:
    """The one that a bot token is for: whatever comes, comes from there."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def of(self, team: str, enterprise: str | None = None) -> Workspace:
        """The one."""
        return self._workspace


class LateWorkspaces:
    """Those that are `known` once Slack has answered for the first time; ConnectionError before."""

    known: Workspaces | None = None

    async def of(self, team: str, enterprise: str | None = None) -> Workspace:
        """The workspace with an id, as soon as there is one."""
        if self.known is None:
            raise ConnectionError("Slack hasn't been reached yet")
        return await self.known.of(team, enterprise)
