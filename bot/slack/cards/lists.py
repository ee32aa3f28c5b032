"""Lists: the queue, models, presets, sessions."""

from bot.card_words import row_words
from bot.cards import ListCard, Row
from bot.gestures.actions import Action
from bot.language import Language
from bot.slack.buttons import button
from bot.slack.message import (
    MESSAGE_LENGTH,
    SlackMessage,
    Surface,
    message,
    plain_context,
    section,
    title,
)
from bot.slack.text import as_typed, bold, clip, escape

_MOST_ROWS = 45  # of the 50 blocks that a message takes
_TITLE_LENGTH, _TEXT_LENGTH, _LINK_LENGTH, _NOTE_LENGTH = 150, 300, 1_000, 500
_ROOM = MESSAGE_LENGTH - _NOTE_LENGTH - 300  # for the title, the note and "and 20 more"


def draw_list(card: ListCard, surface: Surface) -> SlackMessage:
    """Draw a list; beside their own jobs whoever asked has buttons to cancel them."""
    language, room = surface.language, _ROOM
    rows = []
    for row in card.rows[:_MOST_ROWS]:
        line = row_line(row, language)
        room -= len(line)
        if room < 0:
            break
        cancel = button(Action.CANCEL, row.job, language) if row.job else None
        rows.append(section(line, cancel))
    left = len(card.rows) - len(rows)
    more = language.say("and {number} more", number=left) if left else ""
    note = clip(language.say(card.note), _NOTE_LENGTH)
    below = "\n".join(filter(None, [more, note]))
    heading = language.say(card.title)
    return message(
        escape(heading), [title(heading), *rows, *([plain_context(below)] if below.strip() else [])]
    )


def row_line(row: Row, language: Language) -> str:
    """A row in Slack's markup, with a link to the page that it has."""
    name, words = row_words(row, language)
    parts = [bold(name, _TITLE_LENGTH), as_typed(words, _TEXT_LENGTH), _link(row, language)]
    return " · ".join(filter(None, parts)) or "…"


def _link(row: Row, language: Language) -> str:
    """Nothing where there is no address, or none that Slack's markup can hold."""
    if not row.link or len(row.link) > _LINK_LENGTH or set(row.link) & set("<>| "):
        return ""
    return f"<{escape(row.link)}|{escape(language.say('Session'))}>"
