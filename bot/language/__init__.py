"""The words of the bot in its users' languages.

In the code stands English; `LOCALE.po` beside this file has it in another language, in gettext's
format. What isn't translated stays English.
"""

import gettext
import logging
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Self

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
NAME = "name"
"""The context that names have in a catalogue: the option `frames` is not the unit "frames"."""
_log = logging.getLogger(__name__)


class Sentence(str):
    """English with values in its gaps, which `say` can still put into another language.

    So the core, which needn't know who reads it, can hand on more than fixed sentences.
    """

    __slots__ = ("message", "values")

    message: str
    values: Mapping[str, object]

    def __new__(cls, message: str, /, **values: object) -> Self:
        """The message with the values filled into its {gaps}."""
        sentence = super().__new__(cls, message.format(**values))
        sentence.message, sentence.values = message, values
        return sentence


class Language:
    """One language: `say` takes English and gives the language's words.

    `words` are its translations; without any it is English.
    """

    def __init__(self, locale: str = "en", words: gettext.NullTranslations | None = None) -> None:
        self.locale = locale
        self._words = words or gettext.NullTranslations()

    def say(self, message: str, /, **values: object) -> str:
        """A message with the values filled into its {gaps}. They are put in as they are."""
        if isinstance(message, Sentence):
            return self.say(message.message, **message.values)
        return _filled(self._words.gettext(message) if message else "", message, values)

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A message that depends on a number, which is its gap {number}."""
        text = self._words.ngettext(one, many, number)
        return _filled(text, one if number == 1 else many, {"number": number, **values})

    def name(self, word: str) -> str:
        """The name of a command, an option or a choice."""
        return self._words.pgettext(NAME, word)

    def duration(self, seconds: float) -> str:
        """A time in words, to one unit: `3 minutes`."""
        return format_timedelta(max(round(seconds), 1), threshold=1.5, locale=self.locale)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a message that is translated later, where it is shown."""
    return message


class Languages:
    """English, and the languages that a folder has files for, read when they are first asked for.

    A file named after no language that Babel knows is logged and left alone.
    """

    def __init__(self, folder: Path) -> None:
        files = sorted(folder.glob("*.po"))
        self._files = {file.stem: file for file in files if _is_locale(file)}
        self._read = {"en": ENGLISH}

    def of(self, wanted: str) -> Language:
        """The language nearest to a locale; see `language_of`."""
        locale = wanted.replace("-", "_").lower()
        known = ["en", *self._files]
        same = [name for name in known if name.lower() == locale]
        near = [name for name in known if name.split("_")[0] == locale.split("_")[0]]
        name = [*same, *near, "en"][0]
        if name not in self._read:
            words = _read(self._files[name])
            self._read[name] = Language(name, words) if words else ENGLISH
        return self._read[name]


def language_of(wanted: str) -> Language:
    """The language nearest to a locale as platforms write it (`zh-CN`, `en-US`); else English.

    Of a language that is here for another country only, it is that one: for `zh-TW` `zh_CN`.
    """
    return _LANGUAGES.of(wanted)


def _is_locale(file: Path) -> bool:
    try:
        Locale.parse(file.stem)
    except (ValueError, UnknownLocaleError):
        _log.error("%s is named after no language", file)
        return False
    return True


def _read(file: Path) -> gettext.NullTranslations | None:
    """A file's translations; None where it can't be read, as English is better than silence."""
    compiled = BytesIO()
    try:
        with file.open("rb") as source:
            write_mo(compiled, read_po(source, locale=file.stem, abort_invalid=True))
        compiled.seek(0)
        return gettext.GNUTranslations(compiled)
    except Exception:
        _log.exception("%s can't be read, so its users read English", file)
        return None


def _filled(text: str, original: str, values: Mapping[str, object]) -> str:
    """A translation with its gaps filled; the English original where it has other gaps."""
    if not values:
        return text
    try:
        return text.format(**values)
    except (LookupError, ValueError, AttributeError):
        _log.error("the translation %r has other gaps than %r", text, original)
        return original.format(**values)


ENGLISH = Language()
_LANGUAGES = Languages(FOLDER)
