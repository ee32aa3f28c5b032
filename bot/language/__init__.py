"""The words of the bot in its users' languages.

In the code stands English; `LOCALE.po` beside this file has it in another language, in gettext's
format. What isn't translated stays English.
"""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.dates import format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_FOLDER = Path(__file__).parent
LOCALES = ("en", *sorted(file.stem for file in _FOLDER.glob("*.po")))


class Language:
    """One language: `say` takes English and gives the language's words."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._catalog = _catalog(locale)

    def say(self, message: str, /, **values: object) -> str:
        """A message with the values filled into its {gaps}. They are put in as they are."""
        text = self._catalog.gettext(message) if message else ""
        return text.format(**values) if values else text

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A message that depends on a number, which is its gap {number}."""
        text = self._catalog.ngettext(one, many, number)
        return text.format(number=number, **values)

    def duration(self, seconds: float) -> str:
        """A time in words, to one unit: `3 minutes`."""
        return format_timedelta(max(round(seconds), 1), threshold=1.5, locale=self.locale)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message that is translated later, where it is shown."""
    return message


def language_of(wanted: str) -> Language:
    """The language nearest to a locale as platforms write it (`zh-CN`, `en-US`); else English."""
    found = negotiate_locale([wanted.replace("-", "_")], LOCALES) or _by_language(wanted)
    return _language(found)


@cache
def _language(locale: str) -> Language:
    return Language(locale)


def _by_language(wanted: str) -> str:
    """A locale of the same language, for `zh-TW` that of `zh_CN`."""
    try:
        language = Locale.parse(wanted, sep="-").language
    except (ValueError, UnknownLocaleError):
        return "en"
    return next((locale for locale in LOCALES if locale.split("_")[0] == language), "en")


def _catalog(locale: str) -> gettext.NullTranslations:
    file = _FOLDER / f"{locale}.po"
    if not file.exists():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
