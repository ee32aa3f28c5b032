"""Slack as a chat: cards drawn into messages, over Socket Mode.

One message stands for one command: it is posted as soon as the command comes and edited from then
on with the bot's own token, as a command's response_url is dead after half an hour. The animation
goes into that message's thread.
"""

import asyncio
import logging
from pathlib import Path

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.cards import Card
from bot.port import Capabilities, Conversation, Service
from bot.slack.client import (
    START_SECONDS,
    authenticate,
    open_socket_url,
    web_client,
)
from bot.slack.delivery import Delivery
from bot.slack.desk import Desk
from bot.slack.listeners import Listeners
from bot.slack.memory import Memory
from bot.slack.message import MESSAGE_LENGTH
from bot.slack.place import Place
from bot.slack.seen import Seen
from bot.slack.upload import UPLOAD_BYTES
from bot.slack.workspaces import LateWorkspaces, OneWorkspace, Workspace
from engine.errors import ConfigurationError

log = logging.getLogger(__name__)

_EDIT_SECONDS = 1.5  # chat.update may be called about 50 times a minute
_STOP_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 300.0  # seconds before connecting again


class SlackAdapter:
    """A `Chat` in one Slack workspace.

    `folder` keeps what must be known after a restart. `api_url` stands in for
    https://slack.com/api/.
    """

    platform = "slack"
    attaching = (
        "a slash command carries no files in Slack, so mention me in a channel or write me a "
        "direct message, with the file and these words"
    )

    def __init__(
        self,
        service: Service,
        bot_token: str,
        app_token: str,
        folder: Path,
        *,
        api_url: str | None = None,
    ) -> None:
        self._service = service
        self._app_token = app_token
        self._client = web_client(bot_token, api_url)
        self._workspaces = LateWorkspaces()
        self._memory = Memory(folder)
        self._delivery = Delivery(self._workspaces, self._memory)
        self._sockets = web_client(None, api_url)
        self._listeners: Listeners | None = None
        self._connection: AsyncSocketModeHandler | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Check both tokens and listen until `stop`, reconnecting by itself.

        ConfigurationError if Slack refuses a token. If Slack can't be reached, it is tried again in
        the background.
        """
        try:
            await self._connect()
        except ConnectionError as error:
            log.warning("%s; trying again", error)
            self._connecting = asyncio.create_task(self._keep_connecting(), name="slack")

    async def stop(self) -> None:
        """Take no more commands, and let those that are being recorded come to their end."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        await self._disconnect()
        if self._listeners is not None:
            await self._listeners.settle(_STOP_SECONDS)
        await self._delivery.close()
        self._memory.close()

    async def _connect(self) -> None:
        identity = await authenticate(self._client)
        url = await open_socket_url(self._sockets, self._app_token)
        self._workspaces.known = OneWorkspace(Workspace(self._client, identity))
        desk = Desk(self, self._service, self._workspaces, self._delivery)
        self._listeners = Listeners(desk, Seen(self._memory))
        app = self._app(identity)
        self._listeners.listen(app)
        self._connection = AsyncSocketModeHandler(app, self._app_token)
        self._connection.client.wss_uri = url
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._connection.connect_async()  # type: ignore[no-untyped-call]
        except TimeoutError as error:
            await self._disconnect()
            raise ConnectionError("Slack's Socket Mode can't be reached") from error

    def _app(self, identity: AuthorizeResult) -> AsyncApp:
        # Bolt's warnings are advice on writing listeners; what concerns operators are its errors.
        quiet = log.getChild("bolt")
        quiet.setLevel(logging.ERROR)

        async def authorize() -> AuthorizeResult:
            # Known since the start: no call stands between a delivery and its acknowledgement.
            return identity

        return AsyncApp(logger=quiet, client=self._sockets, authorize=authorize)

    async def _disconnect(self) -> None:
        if self._connection is not None:
            await self._connection.close_async()  # type: ignore[no-untyped-call]
            self._connection = None

    async def _keep_connecting(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                await self._connect()
                return
            except ConnectionError as error:
                log.warning("%s; trying again", error)
            except ConfigurationError as error:
                log.error("%s", error)
                return

    def capabilities(self, conversation: Conversation) -> Capabilities:
        """Slack has the same limits everywhere."""
        return Capabilities(UPLOAD_BYTES, MESSAGE_LENGTH, _EDIT_SECONDS)

    async def show(self, conversation: Conversation, card: Card) -> Conversation | None:
        """Make the conversation's message show `card`; returns when it does, or never will.

        Where that message is gone it is a new one, and its conversation is returned.
        ConnectionError if Slack can't take a last card now.
        """
        moved_to = await self._delivery.deliver(Place.of(conversation), card)
        return moved_to.model_dump() if moved_to else None
