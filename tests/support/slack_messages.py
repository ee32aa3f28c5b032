"""The messages of a loopback Slack: written, edited, deleted, read back."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.slack_rules import message_problems
from tests.support.slack_storage import SlackStorage

Answer = dict[str, Any]


@dataclass
class Message:
    """A message and all that it has shown, oldest first; `user` is a person's who wrote it.

    Only `to` sees it, where that is set.
    """

    channel: str
    ts: str
    thread: str | None
    shown: list[dict[str, Any]] = field(default_factory=list)
    user: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    to: str = ""
    deleted: bool = False

    @property
    def text(self) -> str:
        """Everything that can be read in it now."""
        return json.dumps(self.shown[-1], ensure_ascii=False)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its blocks as Slack gives them back: each has an id."""
        blocks = self.shown[-1]["blocks"]
        return [{"block_id": f"b{number}", **block} for number, block in enumerate(blocks)]

    def button(self, action: str, value: str | None = None) -> dict[str, Any]:
        """The button with this action id and, where it is given, this value."""
        elements = [
            {"block_id": block["block_id"], **element}
            for block in self.blocks
            for element in (*block.get("elements", []), block.get("accessory") or {})
        ]
        (button,) = [
            element
            for element in elements
            if element.get("action_id") == action
            and (value is None or element.get("value") == value)
        ]
        return button


class SlackMessages:
    """Messages by their ts. `ephemerals` are those that one person alone sees."""

    def __init__(self, bot: str, new_ts: Callable[[], str], storage: SlackStorage) -> None:
        self.all: dict[str, Message] = {}
        self.ephemerals: list[Message] = []
        self.said_in_private: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self.closed_channels: dict[str, str] = {}
        self.locked_messages: dict[str, str] = {}
        self._bot = bot
        self._new_ts = new_ts
        self._storage = storage
        self.methods: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "conversations.replies": self._replies,
            "conversations.history": self._history,
        }

    @property
    def posted(self) -> dict[str, Message]:
        """The bot's own messages that stand, by their ts."""
        return {
            ts: message
            for ts, message in self.all.items()
            if not message.user and not message.deleted
        }

    def say(self, event: dict[str, Any]) -> None:
        """Somebody writes what an event tells of."""
        shown = {"text": event.get("text", ""), "blocks": []}
        self.all.setdefault(
            event["ts"],
            Message(
                event["channel"],
                event["ts"],
                event.get("thread_ts"),
                [shown],
                user=event["user"],
                files=list(event.get("files") or ()),
            ),
        )

    def _post(self, arguments: dict[str, Any]) -> Answer:
        channel = arguments["channel"]
        if channel in self.closed_channels:
            return {"error": self.closed_channels[channel]}
        place = f"D{channel}" if channel.startswith("U") else channel
        message = Message(place, self._new_ts(), arguments.get("thread_ts"))
        answer = self._show(message, arguments)
        if "error" not in answer:
            self.all[message.ts] = message
        return answer

    def _post_ephemeral(self, arguments: dict[str, Any]) -> Answer:
        channel = arguments["channel"]
        if channel in self.closed_channels:
            return {"error": "user_not_in_channel"}
        if channel.startswith("U"):
            return {"error": "channel_not_found"}
        to = arguments["user"]
        message = Message(channel, self._new_ts(), arguments.get("thread_ts"), to=to)
        answer = self._show(message, arguments)
        if "error" in answer:
            return answer
        self.ephemerals.append(message)
        self.said_in_private.append(arguments)
        return {"message_ts": message.ts}

    def _update(self, arguments: dict[str, Any]) -> Answer:
        message = self._own(arguments)
        if isinstance(message, str):
            return {"error": message}
        return self._show(message, arguments)

    def _delete(self, arguments: dict[str, Any]) -> Answer:
        message = self._own(arguments)
        if isinstance(message, str):
            return {"error": message}
        message.deleted = True
        return {"channel": message.channel, "ts": message.ts}

    def _own(self, arguments: dict[str, Any]) -> Message | str:
        """The bot's message that is meant, or why it can't be changed."""
        channel, ts = arguments["channel"], arguments["ts"]
        if channel in self.closed_channels:
            return self.closed_channels[channel]
        message = self.all.get(ts)
        if message is None or message.channel != channel or message.deleted:
            return "message_not_found"
        if message.user:
            return "cant_update_message"
        return self.locked_messages.get(ts) or message

    def _show(self, message: Message, arguments: dict[str, Any]) -> Answer:
        blocks = arguments.get("blocks") or []
        blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
        shown = {"text": arguments.get("text", ""), "blocks": blocks}
        problems = message_problems(shown["text"], blocks)
        if problems:
            self.problems += problems
            return {"error": "invalid_blocks"}
        if not all(self._storage.shows(block["slack_file"]) for block in _pictures(blocks)):
            return {"error": "invalid_blocks"}
        message.shown.append(shown)
        return {"channel": message.channel, "ts": message.ts}

    def _replies(self, arguments: dict[str, Any]) -> Answer:
        asked = self.all.get(arguments["ts"])
        if asked is None or asked.deleted or asked.channel != arguments["channel"]:
            return {"error": "thread_not_found"}
        inside = [
            message
            for message in self._standing(asked.channel)
            if message.ts == asked.ts or (not _is_reply(asked) and message.thread == asked.ts)
        ]
        return self._page(sorted(inside, key=lambda message: message.ts), arguments)

    def _history(self, arguments: dict[str, Any]) -> Answer:
        if arguments["channel"] in self.closed_channels:
            return {"error": self.closed_channels[arguments["channel"]]}
        roots = [
            message for message in self._standing(arguments["channel"]) if not _is_reply(message)
        ]
        return self._page(sorted(roots, key=lambda m: m.ts, reverse=True), arguments)

    def _standing(self, channel: str) -> list[Message]:
        return [m for m in self.all.values() if m.channel == channel and not m.deleted]

    def _page(self, messages: list[Message], arguments: dict[str, Any]) -> Answer:
        oldest = arguments.get("oldest") or "0"
        latest = arguments.get("latest") or "9999999999"
        inclusive = str(arguments.get("inclusive")).lower() in ("1", "true")
        inside = [
            message
            for message in messages
            if oldest < message.ts < latest or (inclusive and message.ts in (oldest, latest))
        ]
        start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
        more = len(inside) > start + limit
        return {
            "messages": [self.described(message) for message in inside[start : start + limit]],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + limit) if more else ""},
        }

    def described(self, message: Message) -> dict[str, Any]:
        """A message as Slack tells of it."""
        told: dict[str, Any] = {
            "type": "message",
            "ts": message.ts,
            "text": message.shown[-1]["text"],
            "blocks": message.blocks,
            "user": message.user or self._bot,
        }
        if not message.user:
            told["bot_id"] = "B0BOT"
        if message.files:
            told["files"] = message.files
        if message.thread:
            told["thread_ts"] = message.thread
            root = self.all.get(message.thread)
            if _is_reply(message) and root is not None:
                told["parent_user_id"] = root.user or self._bot
        return told


def _is_reply(message: Message) -> bool:
    return message.thread not in (None, message.ts)


def _pictures(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks that show a file of Slack's."""
    return [block for block in blocks if block.get("type") == "image" and "slack_file" in block]
