"""A card that is shown even where the chat is away for a moment."""

import asyncio
import logging

from bot.cards import Card
from bot.port import Chat, Conversation

# The last card is worth more than one try: a chat may be away for a moment.
LAST_CARD_PAUSES = (1.0, 5.0, 30.0)

log = logging.getLogger(__name__)


async def show(
    chat: Chat, conversation: Conversation, card: Card, pauses: tuple[float, ...] = ()
) -> Conversation:
    """Show a card, once more after each pause (in seconds) for as long as the chat fails.

    Where the next one is to be shown.
    """
    for pause in (*pauses, None):
        try:
            return await chat.show(conversation, card) or conversation
        except Exception:
            log.warning("%s did not show a card", chat.platform, exc_info=True)
        if pause is not None:
            await asyncio.sleep(pause)
    return conversation
