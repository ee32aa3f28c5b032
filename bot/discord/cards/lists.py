"""Lists: the queue, models, presets, sessions."""

import discord

from bot.card_words import row_words
from bot.cards import ListCard, Row
from bot.discord.buttons import ActionButton
from bot.discord.cards.surface import Surface, embed_of
from bot.discord.message import TEXT_LENGTH, Drawing, plain
from bot.gestures.actions import Action
from bot.language import Language

_MOST_BUTTONS = 25
_TITLE_LENGTH, _TEXT_LENGTH, _NOTE_LENGTH = 150, 300, 500
_ROOM = TEXT_LENGTH - _NOTE_LENGTH - 100  # the note and "and 20 more" stand below the rows


def draw_list(card: ListCard, surface: Surface) -> Drawing:
    """Draw a list; who asked cancels their own jobs in it by buttons numbered as the rows are."""
    language = surface.language
    lines: list[str] = []
    buttons: list[ActionButton] = []
    room = _ROOM
    for row in card.rows:
        number = len(buttons) + 1 if row.job and len(buttons) < _MOST_BUTTONS else None
        line = _line(row, number, language)
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
        if row.job and number:
            label = language.say("Cancel {number}", number=number)
            buttons.append(ActionButton(Action.CANCEL, row.job, language, label))
    left = len(card.rows) - len(lines)
    if left:
        lines.append(language.say("and {number} more", number=left))
    if card.note:
        lines.append(plain(language.say(card.note), _NOTE_LENGTH))
    embed = embed_of(language.say(card.title), "\n".join(lines), discord.Colour.blurple())
    return Drawing(embed, tuple(buttons))


def _line(row: Row, number: int | None, language: Language) -> str:
    title, text = row_words(row, language)
    words = f"**{plain(title, _TITLE_LENGTH)}**" + (
        f" · {plain(text, _TEXT_LENGTH)}" if text else ""
    )
    return f"`{number}` {words}" if number else words
