"""Several workspaces: each one's admins install the app, by a page of the service's.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from yarl import URL

from bot.language import N_
from bot.slack.client import web_client
from bot.slack.installations import Installations
from bot.slack.manifest import PREFIX, REDIRECT, SCOPES
from bot.slack.workspaces import NoWorkspaceError, Workspace, Workspaces
from bot.web.server import WebServer

INSTALL = "/install"
_NOT_INSTALLED = N_("Giffusion isn't installed in this workspace any more.")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the app is known by at Slack: from its page "Basic Information"."""

    client_id: str
    client_secret: str


class Installed:
    """`Access` to all workspaces that have installed the app, which is known by `credentials`.

    `public_url` is where browsers reach the `server`.
    """

    def __init__(
        self,
        installations: Installations,
        credentials: Credentials,
        server: WebServer,
        public_url: str,
        api_url: str | None,
    ) -> None:
        self._installations = installations
        self._server = server
        self._api_url = api_url
        client = web_client(None, api_url)
        self._flow = AsyncOAuthFlow(
            client=client,
            settings=AsyncOAuthSettings(
                client_id=credentials.client_id,
                client_secret=credentials.client_secret,
                scopes=list(SCOPES),
                redirect_uri=f"{public_url}{PREFIX}{REDIRECT}",
                install_path=f"{PREFIX}{INSTALL}",
                redirect_uri_path=f"{PREFIX}{REDIRECT}",
                authorization_url=str(URL(client.base_url).origin() / "oauth/v2/authorize"),
                installation_store=installations,
                installation_store_bot_only=True,
                state_store=installations.states,
            ),
        )

    def routes(self) -> list[web.AbstractRouteDef]:
        """The page to install the app, and where Slack sends the browser afterwards."""
        return [web.get(INSTALL, self._install), web.get(REDIRECT, self._finish)]

    async def enter(self) -> Workspaces:
        """The workspaces that there are by now, and those to come."""
        await self._installations.open()
        await self._server.start()
        return InstalledWorkspaces(self._installations, self._api_url)

    def listen(self, app: AsyncApp) -> None:
        """Forget a workspace when it removes the app or takes back its token."""
        app.event("app_uninstalled")(self._on_removed)
        app.event("tokens_revoked")(self._on_revoked)

    async def leave(self) -> None:
        """Close the database."""
        await self._installations.close()

    async def _install(self, request: web.Request) -> web.Response:
        answer = await self._flow.handle_installation(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async def _finish(self, request: web.Request) -> web.Response:
        answer = await self._flow.handle_callback(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async def _on_removed(self, context: AsyncBoltContext) -> None:
        await self._installations.async_delete_all(
            enterprise_id=context.enterprise_id, team_id=context.team_id
        )

    async def _on_revoked(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        if event["tokens"].get("bot"):
            await self._on_removed(context)


class InstalledWorkspaces:
    """`Workspaces` whose tokens are in the bot's database."""

    def __init__(self, installations: Installations, api_url: str | None) -> None:
        self._installations = installations
        self._api_url = api_url
        self._open: dict[str, Workspace] = {}

    async def of(self, team: str, enterprise: str | None = None) -> Workspace:
        """The workspace with an id; NoWorkspaceError where the app isn't installed."""
        bot = await self._installations.async_find_bot(enterprise_id=enterprise, team_id=team)
        if bot is None or bot.bot_token is None:
            raise NoWorkspaceError(_NOT_INSTALLED)
        known = self._open.get(bot.bot_token)
        if known is None:
            # A workspace's earlier tokens are worth nothing any more.
            self._open = {k: w for k, w in self._open.items() if w.team != team}
            known = self._open[bot.bot_token] = Workspace(
                web_client(bot.bot_token, self._api_url),
                AuthorizeResult(
                    enterprise_id=enterprise,
                    team_id=team,
                    bot_user_id=bot.bot_user_id,
                    bot_id=bot.bot_id,
                    bot_token=bot.bot_token,
                    user="giffusion",
                ),
            )
        return known
