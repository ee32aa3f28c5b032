"""Staying connected to Discord, whatever happens to a connection."""

import asyncio
import logging
from collections.abc import Callable

import discord

from engine.errors import ConfigurationError

LOGIN_SECONDS = 30.0
STOP_SECONDS = 1.0  # before a cancellation is taken for lost
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0  # seconds before connecting again
_log = logging.getLogger(__name__)


class Connection:
    """One bot's login and gateway, with a new client after one that broke.

    `new_client` makes a client that sets the event it is given as soon as it can send messages.
    """

    def __init__(self, token: str, new_client: Callable[[asyncio.Event], discord.Client]) -> None:
        self._token = token
        self._new_client = new_client
        self._logged_in = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.client = new_client(self._logged_in)

    async def start(self) -> None:
        """Log in, and stay connected until `stop`.

        Raises ConfigurationError if Discord refuses the token. If Discord can't be reached, it is
        tried again in the background.
        """
        try:
            await self._log_in()
        except ConfigurationError:
            await self._end()
            raise
        except Exception as error:
            _log.warning("Discord can't be reached yet: %s", str(error) or type(error).__name__)
            await self._end()
        self._task = asyncio.create_task(self._stay_connected(), name="discord")

    async def stop(self) -> None:
        """Disconnect."""
        if self._task is None:
            return
        # Again and again: before Python 3.12 `asyncio.wait_for`, which discord.py waits by while it
        # connects, can lose a cancellation that comes just as its wait ends.
        while not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=STOP_SECONDS)
        await self._end()

    async def logged_in_client(self) -> discord.Client:
        """Wait until messages can be sent, and return the client to send them by."""
        await self._logged_in.wait()
        return self.client

    async def _log_in(self) -> None:
        if self.client.is_closed():
            self.client = self._new_client(self._logged_in)
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self.client.login(self._token)
        except discord.LoginFailure as error:
            raise ConfigurationError("DISCORD_TOKEN: Discord refuses this token") from error

    async def _stay_connected(self) -> None:
        # discord.py mends broken connections itself, but ends the client at an event that it can't
        # read; a client that has ended can't be used again.
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            began = loop.time()
            try:
                await self._live()
            except ConfigurationError as error:
                _log.error("%s", error)
                return
            except Exception:
                _log.exception("The connection to Discord broke; connecting again in %g s", pause)
            await asyncio.sleep(pause)
            lasted = loop.time() - began > LONGEST_PAUSE
            pause = FIRST_PAUSE if lasted else min(2 * pause, LONGEST_PAUSE)

    async def _live(self) -> None:
        try:
            if not self._logged_in.is_set():
                await self._log_in()
            await self.client.connect()
        finally:
            await self._end()

    async def _end(self) -> None:
        self._logged_in.clear()
        await self.client.close()
