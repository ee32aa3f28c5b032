"""What comes in from Slack: the slash command, buttons, and messages with files.

A slash command carries no files on Slack, so a mention of the bot or a direct message to it does.

Everything is acknowledged before any work: Slack waits three seconds, then delivers it again.
"""

import asyncio
import logging
from collections.abc import Coroutine, Hashable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import TextCard
from bot.commands import COMMAND
from bot.port import Attachment, Chat, Conversation, Incoming, Service
from bot.slack.attachments import find_attachments
from bot.slack.cards import CANCEL, KEEP, SESSION
from bot.slack.client import UNREACHABLE, reason
from bot.slack.seen import Seen
from bot.slack.text import escape, plain, without_mention
from engine.errors import GiffusionError

log = logging.getLogger(__name__)

_FAULT = "Something went wrong here, not in your command. Please try again."


class Listeners:
    """Turns Slack's deliveries into calls of the service, each of them once."""

    def __init__(
        self, service: Service, chat: Chat, client: AsyncWebClient, identity: AuthorizeResult
    ) -> None:
        self._service = service
        self._chat = chat
        self._client = client
        self._identity = identity
        self._seen = Seen()
        self._working: set[asyncio.Task[None]] = set()

    def app(self, client: AsyncWebClient) -> AsyncApp:
        """A Bolt app that listens; `client` carries no token, as `authorize` gives it."""
        # Bolt's warnings are advice on writing listeners; what concerns operators are its errors.
        quiet = log.getChild("bolt")
        quiet.setLevel(logging.ERROR)

        async def authorize() -> AuthorizeResult:
            # Known since the start: no call stands between a delivery and its acknowledgement.
            return self._identity

        app = AsyncApp(logger=quiet, client=client, authorize=authorize)
        app.command(COMMAND)(self._on_command)
        app.event("app_mention")(self._on_mention)
        app.event("message")(self._on_message)
        app.action(CANCEL)(self._on_cancel)
        app.action(KEEP)(self._on_cancel)
        app.action(SESSION)(self._on_session)
        return app

    async def settle(self, seconds: float) -> None:
        """Wait for what has been taken on, for so many seconds at most."""
        if self._working:
            await asyncio.wait(self._working, timeout=seconds)

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await self._once(body["trigger_id"], self._command(body, respond))

    async def _on_mention(self, event: dict[str, Any]) -> None:
        await self._written(event)

    async def _on_message(self, event: dict[str, Any]) -> None:
        # Edits, deletions and the like come as messages too, each with a subtype of its own.
        if event.get("channel_type") == "im" and event.get("subtype") in (None, "file_share"):
            await self._written(event)

    async def _written(self, event: dict[str, Any]) -> None:
        # Bolt has acknowledged the event. Two bots that answer each other would never stop.
        # Event ids differ between two deliveries of one message; its place doesn't.
        if not event.get("bot_id"):
            await self._once((event["channel"], event["ts"]), self._message(event))

    async def _on_cancel(
        self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        keep = action["action_id"] == KEEP
        await self._once(body["trigger_id"], self._cancel(body, action["value"], keep, respond))

    async def _on_session(self, ack: AsyncAck) -> None:
        # The link opens in the browser by itself; Slack wants the press acknowledged all the same.
        await ack()

    async def _once(self, key: Hashable, work: Coroutine[Any, Any, None]) -> None:
        if not self._seen.claim((self._identity.team_id, key)):
            work.close()
            return
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        await task

    async def _command(self, body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            conversation = await self._post(body["channel_id"])
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("A command could not be answered in its channel: %r", error)
            await respond(self._remedy(error), response_type="ephemeral")
            return
        await self._handle(conversation, body["user_id"], plain(body.get("text") or ""))

    async def _message(self, event: dict[str, Any]) -> None:
        try:
            conversation = await self._post(event["channel"], event.get("thread_ts") or event["ts"])
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("A message could not be answered in its channel: %r", error)
            return
        text = without_mention(event.get("text") or "", str(self._identity.bot_user_id))
        files = await find_attachments(self._client, event.get("files") or ())
        await self._handle(conversation, event["user"], plain(text), files)

    async def _cancel(
        self, body: dict[str, Any], job: str, keep: bool, respond: AsyncRespond
    ) -> None:
        try:
            said = await self._service.cancel(job, self._user(body["user"]["id"]), keep=keep)
        except GiffusionError as error:
            said = str(error)
        except Exception:
            log.exception("A job could not be cancelled")
            said = _FAULT
        thread = (body.get("message") or {}).get("thread_ts")
        await respond(
            escape(said), response_type="ephemeral", replace_original=False, thread_ts=thread
        )

    async def _post(self, channel: str, thread: str | None = None) -> Conversation:
        answer = await self._client.chat_postMessage(
            channel=channel, text="Reading the command …", thread_ts=thread
        )
        # `thread` is the root of the thread that the animation goes to.
        return {
            "team": self._identity.team_id,
            "channel": answer["channel"],
            "ts": answer["ts"],
            "thread": thread or answer["ts"],
        }

    async def _handle(
        self,
        conversation: Conversation,
        user: str,
        text: str,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        incoming = Incoming(self._user(user), text, conversation, attachments)
        try:
            await self._service.handle(self._chat, incoming)
        except GiffusionError as error:
            await self._chat.show(conversation, TextCard(str(error), error=True))
        except Exception:
            log.exception("A command could not be carried out")
            await self._chat.show(conversation, TextCard(_FAULT, error=True))

    def _user(self, user: str) -> str:
        # Under the bot's own workspace, also for guests of a shared channel: whoever started a job
        # must be the same user when they press its button.
        return f"slack:{self._identity.team_id}:{user}"

    def _remedy(self, error: Exception) -> str:
        if not isinstance(error, SlackApiError):
            return "Slack did not answer. Please run the command again."
        if reason(error) in ("not_in_channel", "channel_not_found"):
            return (
                "I'm not in this conversation, so I can't answer here. Type "
                f"`/invite @{self._identity.user}` first, or run the command in a direct message "
                "to me."
            )
        return f"Slack doesn't let me post here ({reason(error)}). Run the command elsewhere."
