"""The names that users gave their sessions, in one file that is written whole or not at all."""

import os
import unicodedata
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter, ValidationError

from engine.errors import ConfigurationError, InputError

_LONGEST = 80
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of what no name has: controls, halves of characters, breaks of lines."""


class Named(BaseModel):
    """A session's name, and what is told of it where its record isn't at hand."""

    model_config = ConfigDict(frozen=True)

    name: str
    owner: str
    prompts: str
    created: AwareDatetime


_NAMES: TypeAdapter[dict[str, Named]] = TypeAdapter(dict[str, Named])


class Names:
    """The names in a file, by the ids of the sessions. One thread at a time.

    ConfigurationError where the file is there and can't be read: what users noted isn't thrown
    away unasked.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._names = _read(file)

    @property
    def by_id(self) -> Mapping[str, Named]:
        """Every name."""
        return self._names

    def note(self, id: str, named: Named, gone: Callable[[str], bool]) -> None:
        """Note a name durably; those of sessions that are `gone` are dropped."""
        names = {each: name for each, name in self._names.items() if not gone(each)}
        names[id] = named
        _write(self._file, _NAMES.dump_json(names, indent=1))
        self._names = names


def fit_name(text: str) -> str:
    """A name as it is kept. InputError where it can be none."""
    name = text.strip()
    if any(unicodedata.category(character) in _UNFIT for character in name):
        raise InputError("name", "it is more than one line", "write it in one line")
    if not 1 <= len(name) <= _LONGEST:
        raise InputError(
            "name", f"it has {len(name)} characters", f"write a name of 1 to {_LONGEST}"
        )
    return name


def free_name(name: str, taken: Collection[str]) -> str:
    """The name itself, or followed by the first number that makes it one that isn't taken."""
    folded, number, free = {each.casefold() for each in taken}, 1, name
    while free.casefold() in folded:
        number += 1
        free = f"{name[: _LONGEST - len(f' {number}')].rstrip()} {number}"
    return free


def _read(file: Path) -> dict[str, Named]:
    try:
        return _NAMES.validate_json(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        raise ConfigurationError(
            f"the names of sessions in {file} can't be read: {error}"
        ) from error


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".partial")
    try:
        with partial.open("wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
