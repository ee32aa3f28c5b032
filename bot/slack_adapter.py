"""Slack as a chat: cards drawn into messages.

One message stands for one command: it is posted as soon as the command comes and edited from then
on with the bot's own token, as a command's response_url is dead after half an hour. The animation
goes into that message's thread.
"""

import asyncio
import logging
from pathlib import Path

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.cards import Card
from bot.port import Capabilities, Conversation, Service
from bot.slack.access import Access
from bot.slack.connection import Transport
from bot.slack.delivery import Delivery
from bot.slack.desk import Desk
from bot.slack.listeners import Listeners
from bot.slack.memory import Memory
from bot.slack.message import MESSAGE_LENGTH
from bot.slack.place import Place
from bot.slack.seen import Seen
from bot.slack.upload import UPLOAD_BYTES
from bot.slack.workspaces import LateWorkspaces, NoWorkspaceError, Workspaces
from engine.errors import ConfigurationError

log = logging.getLogger(__name__)

_EDIT_SECONDS = 1.5  # chat.update may be called about 50 times a minute
_STOP_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 300.0  # seconds before connecting again


class SlackAdapter:
    """A `Chat` in the workspaces that `access` lets it into.

    By `transport` it hears of what happens there. `folder` keeps what must be known after a
    restart.
    """

    platform = "slack"
    attaching = (
        "a slash command carries no files in Slack, so mention me in a channel or write me a "
        "direct message, with the file and these words"
    )

    def __init__(
        self, service: Service, access: Access, transport: Transport, folder: Path
    ) -> None:
        self._service = service
        self._access = access
        self._transport = transport
        self._workspaces = LateWorkspaces()
        self._memory = Memory(folder)
        self._delivery = Delivery(self._workspaces, self._memory)
        self._listeners: Listeners | None = None
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
        await self._transport.close()
        if self._listeners is not None:
            await self._listeners.settle(_STOP_SECONDS)
        await self._delivery.close()
        await self._access.leave()
        self._memory.close()

    async def _connect(self) -> None:
        workspaces = self._workspaces.known = await self._access.enter()
        desk = Desk(self, self._service, workspaces, self._delivery)
        self._listeners = Listeners(desk, Seen(self._memory))
        app = self._app(workspaces)
        self._listeners.listen(app)
        self._access.listen(app)
        await self._transport.open(app)

    def _app(self, workspaces: Workspaces) -> AsyncApp:
        # Bolt's warnings are advice on writing listeners; what concerns operators are its errors.
        quiet = log.getChild("bolt")
        quiet.setLevel(logging.ERROR)

        async def authorize(
            team_id: str | None, enterprise_id: str | None
        ) -> AuthorizeResult | None:
            # Known, or in the bot's own database: no call stands before the acknowledgement.
            try:
                return (await workspaces.of(team_id or "", enterprise_id)).identity
            except NoWorkspaceError:
                return None  # Bolt acknowledges what comes from there, and does nothing else

        return AsyncApp(
            logger=quiet,
            signing_secret=self._transport.signing_secret,
            authorize=authorize,  # type: ignore[arg-type]  # None is right, if not by its type
        )

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
