"""Whose the sessions in a folder are, known without reading every record each time."""

import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ValidationError

from engine.owners import person
from engine.sessions.record import EXPIRED, ID, RECORD


class _Prompts(BaseModel):
    prompts: str


class _Settings(BaseModel):
    prompts: _Prompts


class _Request(BaseModel):
    owner: str
    settings: _Settings


class _Record(BaseModel):
    """As much of a record as is told, whatever version wrote it."""

    request: _Request
    created: AwareDatetime


class Entry(NamedTuple):
    """What is told of a session: whose it is, its prompts as they were rendered, its time."""

    owner: str
    prompts: str
    created: datetime


class Index:
    """The sessions below one folder, by their owners.

    Only names of folders are looked at, and the records of those that are new. One thread at a
    time.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries: dict[str, Entry] = {}
        self._over: set[str] = set()

    def of(self, owner: str) -> dict[str, Entry]:
        """The sessions of the person that an owner is, by their ids."""
        self._refresh()
        whose = person(owner)
        own = {id: entry for id, entry in self._entries.items() if person(entry.owner) == whose}
        for id in [id for id in own if not (self._root / id / RECORD).exists()]:
            del own[id], self._entries[id]  # its folder stays, with the mark
        return own

    def _refresh(self) -> None:
        names = self._names()
        for gone in self._entries.keys() - names:
            del self._entries[gone]
        self._over &= names
        for id in names - self._entries.keys() - self._over:
            self._read(id)

    def _names(self) -> set[str]:
        try:
            with os.scandir(self._root) as found:
                return {each.name for each in found if ID.fullmatch(each.name)}
        except FileNotFoundError:  # it is made with the first session
            return set()

    def _read(self, id: str) -> None:
        try:
            record = _Record.model_validate_json((self._root / id / RECORD).read_bytes())
        except OSError:  # it is rendered now, or is kept no longer
            if (self._root / id / EXPIRED).exists():
                self._over.add(id)
        except ValidationError:  # of another version
            self._over.add(id)
        else:
            asked = record.request
            self._entries[id] = Entry(asked.owner, asked.settings.prompts.prompts, record.created)
