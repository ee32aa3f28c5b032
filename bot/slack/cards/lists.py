"""Lists: the queue, models, presets, sessions."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.basic_components import TextObject

from bot.card_words import row_words
from bot.cards import ListCard, Row
from bot.gestures.actions import Action
from bot.language import Language
from bot.slack.buttons import button
from bot.slack.message import (
    MESSAGE_LENGTH,
    SlackMessage,
    Surface,
    context,
    markup,
    message,
    plain_text,
    section,
    title,
)
from bot.slack.text import clip, escape, is_formatted

_MOST_ROWS = 45  # of the 50 blocks that a message takes
_TITLE_LENGTH, _TEXT_LENGTH, _NOTE_LENGTH = 150, 300, 500
_ROOM = MESSAGE_LENGTH - _NOTE_LENGTH - 300  # for the title, the note and "and 20 more"


def draw_list(card: ListCard, surface: Surface) -> SlackMessage:
    """Draw a list; beside their own jobs whoever asked has buttons to cancel them."""
    language = surface.language
    rows = _rows(card, language)
    left = len(card.rows) - len(rows)
    more = language.say("and {number} more", number=left) if left else ""
    note = clip(language.say(card.note), _NOTE_LENGTH)
    below = "\n".join(filter(None, [more, note]))
    heading = language.say(card.title)
    blocks = [title(heading), *rows, *([context(plain_text(below))] if below.strip() else [])]
    return message(escape(heading), blocks)


def _rows(card: ListCard, language: Language) -> list[Block]:
    """As many of the rows as there is room for."""
    rows, room = [], _ROOM
    for row in card.rows[:_MOST_ROWS]:
        line = _line(row, language)
        room -= len(line.text)
        if room < 0:
            break
        cancel = button(Action.CANCEL, row.job, language) if row.job else None
        rows.append(section(line, cancel))
    return rows


def _line(row: Row, language: Language) -> TextObject:
    title, text = (" ".join(words.split()) for words in row_words(row, language))
    if is_formatted(title) or is_formatted(text):
        parts = clip(title, _TITLE_LENGTH), clip(text, _TEXT_LENGTH)
        return plain_text(" · ".join(filter(None, parts)))
    words = f"*{clip(escape(title), _TITLE_LENGTH)}*" if title else ""
    return markup(" · ".join(filter(None, [words, clip(escape(text), _TEXT_LENGTH)])) or "…")
