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
_MOST = 200  # of a thread's messages, the newest ones: more are looked through by nobody
_GONE = ("thread_not_found", "message_not_found")
_log = logging.getLogger(__name__)


class History:
    """What was said in channels."""

    def __init__(self) -> None:
        self._missed = Recently(_MISSED_SECONDS)

    async def message(self, workspace: Workspace, channel: str, ts: str) -> Message | None:
        """One message, of a thread or not; None where it is gone or may not be read."""
        found = await self._replies(workspace, channel, ts, oldest=ts, latest=ts, limit=1)
        return next((message for message in found if message.get("ts") == ts), None)

    async def own_in_thread(self, workspace: Workspace, channel: str, root: str) -> list[Message]:
        """The bot's messages in a thread, its root among them, the newest first."""
        found = await self._replies(workspace, channel, root, limit=_MOST)
        return [message for message in reversed(found) if is_own(workspace, message)]

    async def _replies(
        self, workspace: Workspace, channel: str, ts: str, **which: Any
    ) -> list[Message]:
        try:
            answer = await workspace.client.conversations_replies(
                channel=channel, ts=ts, inclusive=True, **which
            )
        except SlackApiError as error:
            if reason(error) not in _GONE and not self._missed.again((workspace.team, channel)):
                _log.warning("Channel %s can't be read: %s", channel, reason(error))
            return []
        except UNREACHABLE as error:
            _log.warning("Slack did not tell what stands in channel %s: %r", channel, error)
            return []
        return list(answer.get("messages") or [])


def is_own(workspace: Workspace, message: Message) -> bool:
    """Whether the bot wrote a message."""
    return message.get("user") == workspace.bot
