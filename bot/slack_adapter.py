"""Slack as a chat: cards drawn into messages, over Socket Mode.

One message stands for one command: it is posted as soon as the command comes and edited from then
on with the bot's own token, as a command's response_url is dead after half an hour. The animation
goes into that message's thread.
"""

import asyncio
import logging
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from bot.cards import Card, LastCard, PromptsCard, ResultCard
from bot.language import language_of
from bot.port import Capabilities, Conversation, Service
from bot.slack.cards import draw
from bot.slack.client import (
    START_SECONDS,
    UNREACHABLE,
    authenticate,
    is_locked_out,
    is_passing,
    open_socket_url,
    reason,
    web_client,
)
from bot.slack.desk import Desk
from bot.slack.listeners import Listeners
from bot.slack.message import MESSAGE_LENGTH, SlackMessage, Surface
from bot.slack.place import Place
from bot.slack.upload import UPLOAD_BYTES, UPLOAD_SECONDS, SharedFile, Thread, Uploads
from bot.slack.workspaces import OneWorkspace, Workspace
from engine.errors import ConfigurationError, MediaError

log = logging.getLogger(__name__)

# chat.update may be called about 50 times a minute.
_EDIT_SECONDS = 1.5
_STOP_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 300.0  # seconds before connecting again


class SlackAdapter:
    """A `Chat` in one Slack workspace; `api_url` stands in for https://slack.com/api/."""

    platform = "slack"
    attaching = (
        "a slash command carries no files in Slack, so mention me in a channel or write me a "
        "direct message, with the file and these words"
    )

    def __init__(
        self, service: Service, bot_token: str, app_token: str, api_url: str | None = None
    ) -> None:
        self._service = service
        self._app_token = app_token
        self._client = web_client(bot_token, api_url)
        self._uploads = Uploads(web_client(bot_token, api_url, UPLOAD_SECONDS))
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

    async def _connect(self) -> None:
        identity = await authenticate(self._client)
        url = await open_socket_url(self._sockets, self._app_token)
        workspaces = OneWorkspace(Workspace(self._client, identity))
        self._listeners = Listeners(Desk(self, self._service, workspaces))
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

    async def show(self, conversation: Conversation, card: Card) -> None:
        """Edit the conversation's message; a card's file is shared in its thread first.

        ConnectionError if Slack can't take a last card now: showing it again does no harm. A card
        in between that it doesn't take is dropped, as another one follows.
        """
        message = draw(card, await self._surface(conversation, card))
        try:
            await self._edit(conversation, message)
        except ConnectionError as error:
            if isinstance(card, LastCard):
                raise
            log.warning("%s", error)

    async def _surface(self, conversation: Conversation, card: Card) -> Surface:
        """Share a card's file; what there is to draw it on then."""
        language = language_of(str(conversation.get("locale") or ""))
        match card:
            case ResultCard():
                file = SharedFile(f"giffusion-{card.job}{card.file.suffix}", card.file)
            case PromptsCard(picture=bytes() as picture):
                file = SharedFile(f"giffusion-{conversation['ts']}.png", picture, card.alt)
            case _:
                return Surface(language)
        problem = await self._share(conversation, file)
        return Surface(language, file_in_thread=problem is None, problem=problem)

    async def _share(self, conversation: Conversation, file: SharedFile) -> str | None:
        """Why a file isn't in the conversation's thread, if it isn't."""
        where = (str(conversation[key]) for key in ("channel", "thread", "ts"))
        try:
            await self._uploads.share(Thread(*where), file)
        except MediaError as error:
            return str(error)
        return None

    async def _edit(self, conversation: Conversation, message: SlackMessage) -> None:
        place = Place.of(conversation)
        words: dict[str, Any] = {"text": message.text, "blocks": message.blocks, "parse": "none"}
        try:
            if place.private:
                await self._client.chat_postEphemeral(
                    channel=place.channel,
                    user=place.user,
                    thread_ts=place.thread or None,
                    **words,
                )
            else:
                await self._client.chat_update(channel=place.channel, ts=place.ts, **words)
        except SlackApiError as error:
            if is_passing(error) or is_locked_out(error):
                raise ConnectionError(f"Slack took no edit now ({reason(error)})") from error
            # The message was deleted, or the bot was removed: there is no place left to answer in.
            log.warning("Slack refused an edit: %s", reason(error))
        except UNREACHABLE as error:
            raise ConnectionError("Slack did not answer an edit") from error
