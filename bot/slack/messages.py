"""Messages that mention the bot, or are written to it alone."""

from collections.abc import Mapping
from typing import Any

from bot.slack.attachments import find_attachments
from bot.slack.desk import Desk, Origin
from bot.slack.text import plain, without_mention


def is_meant(event: Mapping[str, Any]) -> bool:
    """Whether a message may be for the bot."""
    # Two bots that answer each other would never stop.
    if event.get("bot_id"):
        return False
    if event.get("type") == "app_mention":
        return True
    # Edits, deletions and the like come as messages too, each with a subtype of its own.
    return event.get("channel_type") == "im" and event.get("subtype") in (None, "file_share")


async def take_message(desk: Desk, origin: Origin, event: Mapping[str, Any]) -> None:
    """Have what a message says carried out, with its files."""
    text = plain(without_mention(event.get("text") or "", origin.workspace.bot))
    files = await find_attachments(origin.workspace.client, event.get("files") or ())
    await desk.take(origin, text, files)
