"""Several workspaces: each installs the app by the service's page, and has a token of its own."""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from bot.cards import TextCard
from bot.slack.connection import SocketMode
from bot.slack.installations import Installations
from bot.slack.oauth import Credentials, Installed, InstalledWorkspaces
from bot.slack.workspaces import NoWorkspaceError
from bot.slack_adapter import SlackAdapter
from bot.web.server import WebServer
from tests.support.playing_service import PlayingService
from tests.support.postgres import create_database, postgres_server
from tests.support.slack_directory import CLIENT_ID, CLIENT_SECRET
from tests.support.slack_server import APP_TOKEN, LoopbackSlack, eventually

RED, BLUE = "T0RED", "T0BLUE"


@dataclass
class Site:
    """The service with its web server, and a browser of somebody who installs the app."""

    slack: LoopbackSlack
    server: WebServer
    adapter: SlackAdapter
    browser: aiohttp.ClientSession

    async def begin(self) -> str:
        """Open the install page and follow its button; the state that Slack is handed."""
        async with self.browser.get("/slack/install") as page:
            text = await page.text()
        (link,) = re.findall('href="([^"]*authorize[^"]*)"', text)
        address = urlsplit(html.unescape(link))
        assert address.path == "/oauth/v2/authorize"
        assert parse_qs(address.query)["client_id"] == [CLIENT_ID]
        return parse_qs(address.query)["state"][0]

    async def finish(self, state: str, code: str) -> tuple[int, str]:
        """Come back from Slack."""
        asked = {"state": state, "code": code}
        # The page is served over https, for which a browser keeps the cookie of the install page.
        cookies = {"slack-app-oauth-state": state}
        async with self.browser.get("/slack/oauth_redirect", params=asked, cookies=cookies) as page:
            return page.status, await page.text()

    async def install(self, team: str) -> None:
        status, text = await self.finish(await self.begin(), self.slack.directory.agree(team))
        assert (status, "Thank you" in text) == (200, True), text

    def tokens(self, method: str) -> list[str]:
        return [token for called, token in self.slack.tokens_used if called == method]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    server: str = request.getfixturevalue("postgres")
    return f"{server}{create_database(server, 'template1')}"


@pytest.fixture
async def site(
    slack: LoopbackSlack, service: PlayingService, tmp_path: Path, url: str
) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield await open_site(stack, slack, service, tmp_path, url)


async def open_site(
    stack: AsyncExitStack,
    slack: LoopbackSlack,
    service: PlayingService,
    folder: Path,
    url: str,
) -> Site:
    server = WebServer("127.0.0.1", 0)
    access = Installed(
        Installations(url, CLIENT_ID),
        Credentials(CLIENT_ID, CLIENT_SECRET),
        server,
        "https://bot.example",
        slack.api_url,
    )
    server.mount("/slack", access.routes())
    transport = SocketMode(APP_TOKEN, slack.api_url)
    adapter = SlackAdapter(service, access, transport, folder / "slack")
    await adapter.start()
    stack.push_async_callback(server.stop)
    stack.push_async_callback(adapter.stop)
    browser = await stack.enter_async_context(aiohttp.ClientSession(server.address))
    return Site(slack, server, adapter, browser)


async def test_each_workspace_is_answered_with_its_own_token(
    site: Site, slack: LoopbackSlack, service: PlayingService
) -> None:
    await site.install(RED)
    await site.install(BLUE)
    service.cards = [TextCard("Done.")]
    for team in (RED, BLUE):
        slack.team = team
        await slack.command("0: a fox")
    await eventually(lambda: len(site.tokens("chat.update")) == 2)
    assert [slack.directory.teams[token] for token in site.tokens("chat.update")] == [RED, BLUE]
    assert [incoming.user for incoming in service.incoming] == [
        f"slack:{RED}:U1",
        f"slack:{BLUE}:U1",
    ]


async def test_after_a_restart_the_workspaces_are_still_known(
    slack: LoopbackSlack, service: PlayingService, tmp_path: Path, url: str
) -> None:
    async with AsyncExitStack() as stack:
        await (await open_site(stack, slack, service, tmp_path, url)).install(RED)
    async with AsyncExitStack() as stack:
        site = await open_site(stack, slack, service, tmp_path, url)
        slack.team = RED
        await slack.command("0: a fox")
        await eventually(lambda: service.incoming)
        place = service.incoming[0].conversation
        await site.adapter.show(place, TextCard("Done."))
        assert "Done." in slack.message.text


async def test_installing_again_replaces_the_token(
    site: Site, slack: LoopbackSlack, service: PlayingService
) -> None:
    await site.install(RED)
    slack.directory.revoke(RED)
    await site.install(RED)
    slack.team = RED
    await slack.command("0: a fox")
    await eventually(lambda: service.incoming)
    assert site.tokens("chat.postMessage")[-1] in slack.tokens


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_a_workspace_that_removes_the_app_is_forgotten(
    site: Site, slack: LoopbackSlack, service: PlayingService, url: str, event: str
) -> None:
    await site.install(RED)
    assert await is_known(url, slack)
    slack.team = RED
    await slack.event({"type": event, "tokens": {"bot": ["U0BOT"]}})
    async with asyncio.timeout(10):
        while await is_known(url, slack):
            await asyncio.sleep(0.01)


async def is_known(url: str, slack: LoopbackSlack) -> bool:
    """Whether somebody who remembers nothing finds the workspace."""
    installations = Installations(url, CLIENT_ID)
    try:
        await InstalledWorkspaces(installations, slack.api_url).of(RED)
    except NoWorkspaceError:
        return False
    finally:
        await installations.close()
    return True


async def test_a_command_from_where_the_app_is_not_installed_disturbs_nobody(
    site: Site, slack: LoopbackSlack, service: PlayingService
) -> None:
    await site.install(RED)
    slack.team = BLUE
    await slack.command("0: a fox")
    slack.team = RED
    await slack.command("0: an owl")
    await eventually(lambda: service.incoming)
    assert [incoming.user for incoming in service.incoming] == [f"slack:{RED}:U1"]


async def test_a_workspace_of_an_enterprise_is_found_by_both_names(
    site: Site, slack: LoopbackSlack, url: str
) -> None:
    slack.directory.enterprises[RED] = "E0ALL"
    await site.install(RED)
    installations = Installations(url, CLIENT_ID)
    workspaces = InstalledWorkspaces(installations, slack.api_url)
    assert (await workspaces.of(RED, "E0ALL")).team == RED
    await installations.close()


@pytest.mark.parametrize("state", ["", "forged"])
async def test_whoever_did_not_begin_the_installation_can_not_end_it(
    site: Site, slack: LoopbackSlack, state: str
) -> None:
    status, _ = await site.finish(state, slack.directory.agree(RED))
    assert status in (400, 401)
    assert set(slack.directory.teams.values()) == {"T0TEAM"}


async def test_a_state_is_good_once(site: Site, slack: LoopbackSlack) -> None:
    state = await site.begin()
    await site.finish(state, slack.directory.agree(RED))
    status, _ = await site.finish(state, slack.directory.agree(BLUE))
    assert status == 401


async def test_a_wrong_code_and_a_change_of_mind_are_told_of(site: Site) -> None:
    status, text = await site.finish(await site.begin(), "no-such-code")
    assert (status, "invalid_code" in text) == (401, True)
    async with site.browser.get("/slack/oauth_redirect", params={"error": "access_denied"}) as page:
        assert "access_denied" in await page.text()
