"""Words alone."""

from bot.cards import TextCard
from bot.slack.message import MESSAGE_LENGTH, SlackMessage, Surface, message, paragraphs
from bot.slack.text import clip, escape

_ERROR = ":warning: "


def draw_text(card: TextCard, surface: Surface) -> SlackMessage:
    """Draw words; those that are too many go on in a file."""
    words = surface.language.say(card.text).strip()
    overflow = words if len(words) > MESSAGE_LENGTH else None
    shown = (_ERROR if card.error else "") + (clip(words, MESSAGE_LENGTH) or "…")
    return message(escape(shown), paragraphs(shown), overflow)
