"""A message that stands in for one that is gone, known again after a restart.

Its first block carries the id of the one that it stands in for.
"""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import is_locked_out, is_passing
from bot.slack.place import Place

_MOST = 200  # messages that are looked through


def marked(blocks: list[dict[str, Any]], place: Place) -> list[dict[str, Any]]:
    """The blocks of a message, with the mark of one that stands in for another."""
    if not place.instead_of or not blocks:
        return blocks
    return [{**blocks[0], "block_id": _mark(place)}, *blocks[1:]]


async def find_stand_in(client: AsyncWebClient, place: Place) -> str | None:
    """The ts of the message that stands in for the place's; None if there is none.

    It is None as well where the bot may not read: then a second one is better than none.
    """
    try:
        if place.thread:
            answer = await client.conversations_replies(
                channel=place.channel, ts=place.thread, oldest=place.instead_of, limit=_MOST
            )
        else:
            answer = await client.conversations_history(
                channel=place.channel, oldest=place.instead_of, limit=_MOST
            )
    except SlackApiError as error:
        if is_passing(error) or is_locked_out(error):
            raise
        return None
    messages: list[dict[str, Any]] = answer.get("messages", [])
    for message in messages:
        if any(block.get("block_id") == _mark(place) for block in message.get("blocks") or ()):
            return str(message["ts"])
    return None


def _mark(place: Place) -> str:
    return f"giffusion_for_{place.instead_of}"
