"""The workspaces that have installed the app, in the bot's own database.

The tables are slack_sdk's; its stores for asyncio want drivers that the bot doesn't have, so those
without run in threads.
"""

import asyncio
import logging
import time
from logging import Logger

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import create_engine, make_url

_BOTS, _INSTALLATIONS, _STATES = (
    f"giffusion_slack_{name}" for name in ("bots", "installations", "states")
)
_STATE_SECONDS = 600  # that somebody may take to agree to the installation
_KNOWN_SECONDS = 60.0  # for which a workspace's token isn't asked for again
_log = logging.getLogger(__name__)


class Installations(AsyncInstallationStore):
    """The bots by their workspaces. What was found is remembered for a minute."""

    def __init__(self, url: str, client_id: str) -> None:
        engine = create_engine(_driver(url), pool_pre_ping=True)
        self._store = SQLAlchemyInstallationStore(
            client_id, engine, _BOTS, _INSTALLATIONS, logger=_log
        )
        self.states = States(SQLAlchemyOAuthStateStore(_STATE_SECONDS, engine, _log, _STATES))
        self._known: dict[tuple[str | None, str | None], tuple[float, Bot | None]] = {}

    @property
    def logger(self) -> Logger:
        """Where slack_sdk tells of it."""
        return _log

    async def open(self) -> None:
        """Make the tables where there are none."""
        await asyncio.to_thread(self._store.create_tables)
        await asyncio.to_thread(self.states.create_tables)

    async def close(self) -> None:
        """Let go of the database's connections."""
        await asyncio.to_thread(self._store.engine.dispose)

    async def async_save(self, installation: Installation) -> None:
        """Note a workspace; its newest installation counts."""
        await asyncio.to_thread(self._store.save, installation)
        self._known.clear()

    async def async_save_bot(self, bot: Bot) -> None:
        """Note a workspace's bot."""
        await asyncio.to_thread(self._store.save_bot, bot)
        self._known.clear()

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """A workspace's bot, if the app is installed there."""
        until, bot = self._known.get((enterprise_id, team_id), (0.0, None))
        if until > time.monotonic():
            return bot
        bot = await asyncio.to_thread(
            self._store.find_bot,
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )
        self._known[enterprise_id, team_id] = (time.monotonic() + _KNOWN_SECONDS, bot)
        return bot

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget a workspace that has removed the app."""
        await asyncio.to_thread(
            self._store.delete_all, enterprise_id=enterprise_id, team_id=team_id
        )
        self._known.clear()


class States(AsyncOAuthStateStore):
    """What tells whoever began an installation from somebody who was sent a forged link."""

    def __init__(self, store: SQLAlchemyOAuthStateStore) -> None:
        self._store = store

    @property
    def logger(self) -> Logger:
        """Where slack_sdk tells of it."""
        return _log

    def create_tables(self) -> None:
        """Make the table where there is none."""
        self._store.create_tables()  # type: ignore[no-untyped-call]

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new one."""
        return await asyncio.to_thread(self._store.issue)

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued, lately, and not used before."""
        return await asyncio.to_thread(self._store.consume, state)


def _driver(url: str) -> str:
    """The address with the driver that the bot has."""
    parts = make_url(url)
    if parts.drivername in ("postgres", "postgresql"):
        parts = parts.set(drivername="postgresql+psycopg")
    return parts.render_as_string(hide_password=False)
