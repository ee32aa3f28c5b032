"""Cards as Discord messages: what each of them says, and how. A kind of card a module."""

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
from bot.discord.cards.lists import draw_list
from bot.discord.cards.passing import draw_passing
from bot.discord.cards.prompts import draw_prompts, prompts_in
from bot.discord.cards.result import draw_result
from bot.discord.cards.surface import Surface
from bot.discord.cards.text import draw_text
from bot.discord.message import Drawing
from bot.language import Language

__all__ = ["draw", "prompts_in"]


def draw(
    card: Card,
    upload_bytes: int,
    language: Language,
    *,
    spoiler: bool = False,
    footnote: str = "",
) -> Drawing:
    """Draw a card for a place that takes files of up to `upload_bytes`.

    With `spoiler` its pictures are covered. `footnote` stands below a job's card that another one
    follows.
    """
    surface = Surface(upload_bytes, language, spoiler, footnote)
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
