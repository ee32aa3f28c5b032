"""Commands in their users' languages: names, descriptions and choices, as Discord takes them.

https://discord.com/developers/docs/interactions/application-commands#localization
"""

import logging
import re

from discord import Locale
from discord.app_commands import (
    TranslationContextLocation,
    TranslationContextTypes,
    Translator,
    locale_str,
)

from bot.language import language_of

LONGEST_DESCRIPTION = 100  # and choice
_NAME = re.compile(r"[-\w]{1,32}")
_NAMES = frozenset(
    {
        TranslationContextLocation.command_name,
        TranslationContextLocation.group_name,
        TranslationContextLocation.parameter_name,
    }
)
_log = logging.getLogger(__name__)


class CommandTranslator(Translator):
    """Says in English alone what the user's language has no words for, or none fit for Discord.

    Discord refuses all commands for one wrong word.
    """

    async def translate(
        self, string: locale_str, locale: Locale, context: TranslationContextTypes
    ) -> str | None:
        """The word or sentence in a language; None where it is the same as in English."""
        language, english = language_of(locale.value), string.message
        is_name = context.location in _NAMES
        is_choice = context.location is TranslationContextLocation.choice_name
        words = language.name(english) if is_name or is_choice else language.say(english)
        if words == english:
            return None
        if (is_name and not is_command_name(words)) or len(words) > LONGEST_DESCRIPTION:
            _log.error("Discord doesn't take %r for %r in %s", words, english, language.locale)
            return None
        return words


def is_command_name(text: str) -> bool:
    """Whether Discord takes a text for a command's or an option's name."""
    return _NAME.fullmatch(text) is not None and text == text.lower()
