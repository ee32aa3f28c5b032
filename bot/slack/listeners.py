"""What Slack delivers, each thing once, to the module that takes it on.

Everything is acknowledged before any work: Slack waits three seconds, then delivers it again.
"""

import asyncio
import logging
import re
from collections.abc import Coroutine, Hashable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond

from bot.commands import COMMAND
from bot.slack.buttons import PREFIX
from bot.slack.commands import take_command
from bot.slack.desk import Desk, Origin, sentence_of
from bot.slack.forms.answer import errors_of, read_answer, take_answer
from bot.slack.forms.composer import COMPOSE
from bot.slack.forms.keyframes import KEYFRAMES, read_keyframes, take_keyframes
from bot.slack.forms.naming import NAME, save, tell
from bot.slack.home import show_home, take_home_press
from bot.slack.manifest import SHORTCUT
from bot.slack.messages import is_meant, is_written, take_message
from bot.slack.presses import take_press
from bot.slack.reactions import is_gesture, take_reaction
from bot.slack.seen import Seen
from bot.slack.shortcuts import take_shortcut
from bot.slack.text import plain

_log = logging.getLogger(__name__)
_SAVING_SECONDS = 2.0  # of the three in which Slack wants to know whether a form will do
Payload = dict[str, Any]


class Listeners:
    """Has what comes over a Bolt app taken on at the desk."""

    def __init__(self, desk: Desk, seen: Seen) -> None:
        self._desk = desk
        self._seen = seen
        self._working: set[asyncio.Task[None]] = set()

    def listen(self, app: AsyncApp) -> None:
        """Register with an app all that people can do."""
        app.command(COMMAND)(self._on_command)
        app.event("app_mention")(self._on_message)
        app.event("message")(self._on_message)
        app.event("reaction_added")(self._on_reaction)
        app.shortcut(SHORTCUT)(self._on_shortcut)
        app.event("app_home_opened")(self._on_home)
        app.view(COMPOSE)(self._on_composed)
        app.view(NAME)(self._on_named)
        app.view(KEYFRAMES)(self._on_keyframes)
        app.action(re.compile(f"^{PREFIX}"))(self._on_press)

    async def settle(self, seconds: float) -> None:
        """Wait for what has been taken on, for so many seconds at most."""
        if self._working:
            await asyncio.wait(self._working, timeout=seconds)

    async def _on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        await ack()
        origin = await self._origin(context, body["channel_id"], body["user_id"], respond=respond)
        text, trigger = plain(body.get("text") or ""), body["trigger_id"]
        await self._once(origin, trigger, take_command(self._desk, origin, text, trigger))

    async def _on_message(self, event: Payload, context: AsyncBoltContext) -> None:
        # Bolt has acknowledged the event. Event ids differ between two deliveries of one message,
        # and a mention comes as a message as well; its place is the same.
        if not is_written(event):
            return
        thread = event.get("thread_ts") or event["ts"]
        origin = await self._origin(context, event["channel"], event["user"], thread)
        if not await is_meant(self._desk, origin, event):
            return
        key = (event["channel"], event["ts"])
        await self._once(origin, key, take_message(self._desk, origin, event))

    async def _on_press(
        self,
        ack: AsyncAck,
        body: Payload,
        action: Payload,
        context: AsyncBoltContext,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        channel = (body.get("channel") or {}).get("id") or body["user"]["id"]
        origin = await self._origin(context, channel, body["user"]["id"], respond=respond)
        origin = origin.below(body.get("message") or body.get("container") or {})
        at_home = (body.get("view") or {}).get("type") == "home"
        take = take_home_press if at_home else take_press
        await self._once(origin, body["trigger_id"], take(self._desk, origin, action, body))

    async def _on_home(self, event: Payload, body: Payload, context: AsyncBoltContext) -> None:
        if event.get("tab") != "home":  # it is told of the tab with the messages, too
            return
        origin = await self._origin(context, event["user"], event["user"])
        await self._once(origin, body["event_id"], show_home(self._desk, origin))

    async def _on_reaction(self, event: Payload, context: AsyncBoltContext) -> None:
        if not is_gesture(event):
            return
        item = event["item"]
        origin = await self._origin(context, item["channel"], event["user"])
        key = (item["channel"], item["ts"], event["user"], event["reaction"], event["event_ts"])
        await self._once(origin, key, take_reaction(self._desk, origin, event))

    async def _on_shortcut(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        await ack()
        user, channel = body["user"]["id"], body["channel"]["id"]
        origin = await self._origin(context, channel, user, respond=respond)
        origin = origin.below(body["message"])
        await self._once(origin, body["trigger_id"], take_shortcut(self._desk, origin, body))

    async def _on_composed(
        self, ack: AsyncAck, body: Payload, view: Payload, context: AsyncBoltContext
    ) -> None:
        try:
            composed = read_answer(view)
        except Exception as error:
            await ack(response_action="errors", errors=errors_of(view, error))
            return
        await ack()
        origin = await self._origin(context, body["user"]["id"], body["user"]["id"])
        await self._once(origin, view["id"], take_answer(self._desk, origin, view, composed))

    async def _on_named(
        self, ack: AsyncAck, body: Payload, view: Payload, context: AsyncBoltContext
    ) -> None:
        origin = await self._origin(context, body["user"]["id"], body["user"]["id"])
        try:
            async with asyncio.timeout(_SAVING_SECONDS):
                said = await save(self._desk, origin, view)
        except Exception as error:
            words = origin.language.say(sentence_of(error))
            await ack(response_action="errors", errors={"name": words})
            return
        await ack()
        await self._once(origin, view["id"], tell(self._desk, origin, view, said))

    async def _on_keyframes(
        self, ack: AsyncAck, body: Payload, view: Payload, context: AsyncBoltContext
    ) -> None:
        try:
            command = read_keyframes(view)
        except Exception as error:
            await ack(response_action="errors", errors={"fps": sentence_of(error)})
            return
        await ack()
        origin = await self._origin(context, body["user"]["id"], body["user"]["id"])
        await self._once(origin, view["id"], take_keyframes(self._desk, origin, view, command))

    async def _origin(
        self,
        context: AsyncBoltContext,
        channel: str,
        user: str,
        thread: str = "",
        respond: AsyncRespond | None = None,
    ) -> Origin:
        """Who did something, and where."""
        workspace = await self._desk.workspaces.of(context.team_id or "", context.enterprise_id)
        person = await self._desk.people.of(workspace, user)
        return Origin(workspace, channel, user, thread, respond, person.locale)

    async def _once(self, origin: Origin, key: Hashable, work: Coroutine[Any, Any, None]) -> None:
        delivery = repr((origin.workspace.team, key))
        if not self._seen.claim(delivery):
            work.close()
            return
        origin.receipt.bind(partial(self._seen.note_answered, delivery))
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        await task
        origin.receipt.sign()
