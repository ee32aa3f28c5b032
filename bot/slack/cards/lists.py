"""Lists: the queue, models, presets, sessions."""

from bot.card_words import row_words
from bot.cards import ListCard, Row
from bot.gestures.actions import Action
from bot.language import Language
from bot.slack.buttons import button
from bot.slack.message import MESSAGE_LENGTH, SlackMessage, Surface, message, section, title
from bot.slack.text import clip, escape

_MOST_ROWS = 45  # of the 50 blocks that a message takes
_TITLE_LENGTH, _TEXT_LENGTH, _NOTE_LENGTH = 150, 300, 500
_ROOM = MESSAGE_LENGTH - _NOTE_LENGTH - 300  # for the title, the note and "and 20 more"


def draw_list(card: ListCard, surface: Surface) -> SlackMessage:
    """Draw a list; beside their own jobs whoever asked has buttons to cancel them."""
    language, room = surface.language, _ROOM
    rows = []
    for row in card.rows[:_MOST_ROWS]:
        line = _line(row, language)
        room -= len(line)
        if room < 0:
            break
        cancel = button(Action.CANCEL, row.job, language) if row.job else None
        rows.append(section(line, cancel))
    left = len(card.rows) - len(rows)
    more = language.say("and {number} more", number=left) if left else ""
    note = clip(escape(language.say(card.note)), _NOTE_LENGTH)
    below = "\n".join(filter(None, [more, note]))
    heading = language.say(card.title)
    return message(escape(heading), [title(heading), *rows, *([section(below)] if below else [])])


def _line(row: Row, language: Language) -> str:
    title, text = (escape(words.strip()) for words in row_words(row, language))
    words = f"*{clip(title, _TITLE_LENGTH)}*" if title else ""
    return " · ".join(filter(None, [words, clip(text, _TEXT_LENGTH)])) or "…"
