"""Cards as Slack messages: what each of them says, and how. A kind of card a module."""

from bot.cards import (
    Card,
    ListCard,
    ProgressCard,
    PromptsCard,
    QueuedCard,
    ResultCard,
    TextCard,
    WaitingCard,
)
from bot.slack.cards.lists import draw_list
from bot.slack.cards.passing import draw_passing
from bot.slack.cards.prompts import draw_prompts, prompts_in
from bot.slack.cards.result import draw_result
from bot.slack.cards.text import draw_text
from bot.slack.message import SlackMessage, Surface

__all__ = ["draw", "prompts_in"]


def draw(card: Card, surface: Surface) -> SlackMessage:
    """The message that shows a card."""
    match card:
        case QueuedCard() | ProgressCard() | WaitingCard():
            return draw_passing(card, surface)
        case ResultCard():
            return draw_result(card, surface)
        case PromptsCard():
            return draw_prompts(card, surface)
        case ListCard():
            return draw_list(card, surface)
        case TextCard():
            return draw_text(card, surface)
