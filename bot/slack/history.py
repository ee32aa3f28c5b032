"""Messages read back from Slack, where the bot may read."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.recently import Recently
from bot.slack.client import UNREACHABLE, reason
from bot.slack.workspaces import Workspace

Message = Mapping[str, Any]
_MISSED_SECONDS = 86_400.0  # in which a channel that is closed to the bot is told of once
_PAGE, _MOST_PAGES = 200, 10  # of a thread, which Slack gives from its beginning on
_GONE = ("thread_not_found", "message_not_found")
_log = logging.getLogger(__name__)


class History:
    """What was said in channels."""

    def __init__(self) -> None:
        self._missed = Recently(_MISSED_SECONDS)

    async def message(self, workspace: Workspace, channel: str, ts: str) -> Message | None:
        """One message, of a thread or not; None where it is gone or may not be read."""
        found, _ = await self._replies(workspace, channel, ts, oldest=ts, latest=ts, limit=1)
        return next((message for message in found if message.get("ts") == ts), None)

    async def own_in_thread(self, workspace: Workspace, channel: str, root: str) -> list[Message]:
        """The bot's messages in a thread, its root among them, the newest first."""
        own: list[Message] = []
        cursor = ""
        for _ in range(_MOST_PAGES):
            found, cursor = await self._replies(
                workspace, channel, root, limit=_PAGE, cursor=cursor or None
            )
            own += [message for message in found if is_own(workspace, message)]
            if not cursor:
                break
        return own[::-1]

    async def _replies(
        self, workspace: Workspace, channel: str, ts: str, **which: Any
    ) -> tuple[list[Message], str]:
        """Some messages, the oldest first, and where there are more of them; empty for no more."""
        try:
            answer = await workspace.client.conversations_replies(
                channel=channel, ts=ts, inclusive=True, **which
            )
        except SlackApiError as error:
            if reason(error) not in _GONE and not self._missed.again((workspace.team, channel)):
                _log.warning("Channel %s can't be read: %s", channel, reason(error))
            return [], ""
        except UNREACHABLE as error:
            _log.warning("Slack did not tell what stands in channel %s: %r", channel, error)
            return [], ""
        more = (answer.get("response_metadata") or {}).get("next_cursor")
        return list(answer.get("messages") or []), str(more or "")


def is_own(workspace: Workspace, message: Message) -> bool:
    """Whether the bot wrote a message."""
    return message.get("user") == workspace.bot
