"""A language's file: what it lacks, and how it is brought up to date."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.pofile import read_po, write_po

_WIDTH = 100
# Lines of the header that Babel has nothing to say in, or that change with every run.
_UNTOLD = re.compile(
    rb'^"(?:Project|Report|POT|PO-|Last|Language-Team|Generated)[\w-]*: .*\\n"\n', re.MULTILINE
)


def read(file: Path) -> Catalog:
    """A language's catalogue, new where there is no file."""
    if not file.exists():
        return Catalog(locale=file.stem, fuzzy=False)
    with file.open("rb") as source:
        return read_po(source, locale=file.stem, abort_invalid=True)


def update(file: Path, code: Catalog) -> int:
    """Give a language's file the code's messages, and return how many it has no words for.

    Words for messages that the code has no more stay at the file's end, and come back with them.
    """
    catalogue = read(file)
    for key, message in list(catalogue.obsolete.items()):
        catalogue[message.id] = message
        del catalogue.obsolete[key]
    # Guesses at what a new message might mean would have to be told from translations.
    catalogue.update(code, no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(written, catalogue, width=_WIDTH, include_lineno=False)
    file.write_bytes(_UNTOLD.sub(b"", written.getvalue()))
    return sum(not _texts(message) for message in catalogue if message.id)


def faults(file: Path, code: Catalog) -> Iterator[str]:
    """What is wrong with a language's file, a sentence each."""
    there = {_key(message): message for message in read(file) if message.id}
    wanted = {_key(message) for message in code if message.id}
    yield from (f"the code doesn't say {key} any more" for key in sorted(there.keys() - wanted))
    for key in sorted(wanted):
        texts = _texts(there[key]) if key in there and not there[key].fuzzy else []
        if not texts:
            yield f"{key} isn't translated"
        least, most = _gaps(key[1][0]), _gaps(key[1][-1])
        yield from (
            f"{text!r} has other gaps than {key}"
            for text in texts
            if not least <= _gaps(text) <= most
        )


def _key(message: Message) -> tuple[str, tuple[str, ...]]:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    return message.context or "", tuple(ids)


def _texts(message: Message) -> list[str]:
    """A message's translations; empty where one is missing."""
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return texts if all(texts) else []


def _gaps(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)[^{}]*}", text))
