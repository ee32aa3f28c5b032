"""Reactions that mean something under a message of the bot's."""

from enum import StrEnum

from bot.language import N_

NOT_YOURS = N_("Only the person who asked for this, or a moderator, can delete it.")


class Reaction(StrEnum):
    """What a reaction asks for, by its emoji without the mark that makes it colourful."""

    AGAIN = "🔁"
    INSPIRE = "✨"
    SEND = "✉"
    DELETE = "❌"
