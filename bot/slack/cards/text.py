"""Words alone."""

from bot.cards import TextCard
from bot.slack.message import (
    MESSAGE_LENGTH,
    SECTION_LENGTH,
    SlackMessage,
    Surface,
    message,
    section,
)
from bot.slack.text import clip, escape, pieces


def draw_text(card: TextCard, surface: Surface) -> SlackMessage:
    """Draw words; those that are too many go on in a file."""
    words = surface.language.say(card.text).strip()
    text = clip(escape(words), MESSAGE_LENGTH) or "…"
    if card.error:
        text = f":warning: {text}"
    overflow = words if len(escape(words)) > MESSAGE_LENGTH else None
    return message(text, [section(part) for part in pieces(text, SECTION_LENGTH)], overflow)
