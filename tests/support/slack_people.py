"""What people do in a loopback Slack; each deed returns the bot's acknowledgement."""

from collections.abc import Callable
from typing import Any

from tests.support.slack_messages import Message, SlackMessages
from tests.support.slack_socket import SlackSocket
from tests.support.slack_views import OpenView, SlackViews

TEAM, BOT = "T0TEAM", "U0BOT"


class SlackPeople:
    """The people of a workspace, whose parts are the server's."""

    socket: SlackSocket
    views: SlackViews
    _written: SlackMessages
    _new: Callable[[str], str]
    url: str
    message: Message

    async def command(
        self, text: str, channel: str = "C1", user: str = "U1", trigger: str = ""
    ) -> dict[str, Any]:
        """Someone types `/giffusion TEXT`."""
        payload = {
            "command": "/giffusion",
            "text": text,
            "team_id": TEAM,
            "channel_id": channel,
            "user_id": user,
            "trigger_id": self._trigger(user, trigger),
            "response_url": f"{self.url}/response",
        }
        return await self.socket.deliver("slash_commands", payload)

    async def mention(self, text: str, **more: Any) -> dict[str, Any]:
        """Someone mentions the bot in a channel; `more` adds to the event.

        Slack tells of it twice: as a mention, and as a message.
        """
        event = self._event({"type": "app_mention", "text": text} | more)
        acknowledged = await self._deliver(event)
        twin = {"type": "message", "channel_type": "channel"}
        await self._deliver({**event, **twin})
        return acknowledged

    async def direct_message(self, text: str, **more: Any) -> dict[str, Any]:
        """Someone writes to the bot alone; `more` adds to the event."""
        event = {"type": "message", "channel": "D1", "channel_type": "im", "text": text}
        return await self.event(event | more)

    async def say_in_thread(self, text: str, root: str, **more: Any) -> dict[str, Any]:
        """Someone replies in a thread of a channel, maybe with `files`."""
        event: dict[str, Any] = {
            "type": "message",
            "channel_type": "channel",
            "text": text,
            "thread_ts": root,
        }
        if more.get("files"):
            event["subtype"] = "file_share"
        above = self._written.all.get(root)
        if above is not None:
            event["parent_user_id"] = above.user or BOT
        event = self._event(event | more)
        acknowledged = await self._deliver(event)
        if f"<@{BOT}>" in text:
            twin = {key: value for key, value in event.items() if key != "subtype"}
            await self._deliver({**twin, "type": "app_mention"})
        return acknowledged

    async def event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Something happens in a channel."""
        return await self._deliver(self._event(event))

    async def react(self, name: str, message: Message, user: str = "U1") -> dict[str, Any]:
        """Someone puts a reaction under a message."""
        event = {
            "type": "reaction_added",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user or BOT,
            "event_ts": self._new("1700000002."),
        }
        return await self._deliver(event)

    async def open_home(self, user: str = "U1") -> dict[str, Any]:
        """Someone opens the bot's home tab."""
        event = {"type": "app_home_opened", "user": user, "channel": f"D{user}", "tab": "home"}
        return await self._deliver(event)

    async def press(
        self,
        action: str,
        user: str = "U1",
        message: Message | None = None,
        value: str | None = None,
    ) -> dict[str, Any]:
        """Someone presses a button of a message, by default the bot's only one."""
        message = message or self.message
        payload: dict[str, Any] = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": "T0OTHER"},
            "channel": {"id": message.channel},
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": bool(message.to),
            },
            "actions": [message.button(action, value)],
            "trigger_id": self._trigger(user),
            "response_url": f"{self.url}/response",
        }
        if message.to:  # Slack doesn't tell what stands in a message that it doesn't keep
            payload["container"]["thread_ts"] = message.thread
        else:
            described = self._written.described(message)
            payload["message"] = {"thread_ts": message.ts, **described}
        return await self.socket.deliver("interactive", payload)

    async def press_in_view(
        self, view: dict[str, Any], action: str, user: str = "U1", value: str | None = None
    ) -> dict[str, Any]:
        """Someone presses a button of a modal or of their home."""
        elements = [
            {"block_id": block["block_id"], **element}
            for block in view["blocks"]
            for element in (*block.get("elements", []), block.get("accessory") or {})
        ]
        pressed = [
            element
            for element in elements
            if element.get("action_id") == action
            and (value is None or element.get("value") == value)
        ]
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "container": {"type": "view"},
            "view": view,
            "actions": pressed[:1],
            "trigger_id": self._trigger(user),
        }
        return await self.socket.deliver("interactive", payload)

    async def shortcut(
        self, callback: str, message: Message, user: str = "U1", trigger: str = ""
    ) -> dict[str, Any]:
        """Someone chooses a shortcut of the app from a message's menu."""
        payload = {
            "type": "message_action",
            "callback_id": callback,
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "channel": {"id": message.channel},
            "message_ts": message.ts,
            "message": self._written.described(message),
            "trigger_id": self._trigger(user, trigger),
            "response_url": f"{self.url}/response",
        }
        return await self.socket.deliver("interactive", payload)

    async def submit(
        self, opened: OpenView, changes: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Someone sends a modal in as it stands, but for `changes`.

        Those are by action ids: texts, numbers as texts, options' values, lists of files.
        """
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": opened.user, "team_id": TEAM},
            "trigger_id": self._trigger(opened.user),
            "view": opened.described() | {"state": {"values": _state(opened.view, changes or {})}},
            "response_urls": [],
        }
        answer = await self.socket.deliver("interactive", payload)
        action = (answer.get("payload") or {}).get("response_action")
        if action is None or action == "clear":
            self.views.open.pop(opened.id, None)
        if action == "errors":
            inputs = {b["block_id"] for b in opened.view["blocks"] if b["type"] == "input"}
            unknown = set(answer["payload"]["errors"]) - inputs
            self.views.problems += [f"an error for no input: {name}" for name in unknown]
        return answer

    def message_of(self, text: str, **more: Any) -> Message:
        """A message that somebody wrote where the bot heard nothing of it."""
        event = self._event({"type": "message", "text": text} | more)
        return self._written.all[event["ts"]]

    def _event(self, event: dict[str, Any]) -> dict[str, Any]:
        whole = {"channel": "C1", "user": "U1", "ts": self._new("1800000000.")} | event
        if not whole.get("bot_id") and whole.get("type") in ("message", "app_mention"):
            self._written.say(whole)
        return whole

    async def _deliver(self, event: dict[str, Any]) -> dict[str, Any]:
        payload = {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": self._new("Ev"),
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
        return await self.socket.deliver("events_api", payload)

    def _trigger(self, user: str, name: str = "") -> str:
        return self.views.trigger(name or self._new("trigger"), user)


def _state(view: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """What Slack tells of a form's inputs: what stood in them, or what was changed."""
    values: dict[str, Any] = {}
    unknown = set(changes)
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            unknown.discard(element["action_id"])
            filled = _filled(element, changes)
            values[block["block_id"]] = {element["action_id"]: filled}
    assert not unknown, f"there are no such inputs: {unknown}"
    return values


def _filled(element: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    name, kind = element["action_id"], element["type"]
    if kind == "static_select":
        chosen = element.get("initial_option")
        if name in changes:
            options = {option["value"]: option for option in element["options"]}
            chosen = options[changes[name]] if changes[name] else None
        return {"type": kind, "selected_option": chosen}
    if kind == "checkboxes":
        chosen = element.get("initial_options") or []
        if name in changes:
            options = [o for o in element["options"] if o["value"] in changes[name]]
            chosen = options
        return {"type": kind, "selected_options": chosen}
    if kind == "file_input":
        return {"type": kind, "files": changes.get(name, [])}
    value = changes.get(name, element.get("initial_value"))
    return {"type": kind, "value": value or None}
