"""A user's own sessions, and the names that they gave them."""

import re
import threading
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from engine.errors import JobError
from engine.owners import same_person
from engine.sessions.index import Entry, Index
from engine.sessions.local import LocalSessions
from engine.sessions.names import Named, Names, fit_name, free_name
from engine.sessions.record import EXPIRED, RECORD
from engine.storage import ONE_BOX

_ID_OR_LINK = re.compile(r"(?:\S*/s/)?(?P<id>[0-9a-f]{24})/?")


class Kept(NamedTuple):
    """A user's session; `name` is None where it has none."""

    id: str
    name: str | None
    prompts: str
    created: datetime


class Shelf:
    """Everybody's own sessions; `file` keeps their names.

    Owners are `platform:tenant:user`. Everything blocks, and may be called from any thread. With
    `storage.url` the sessions are those with a copy on this host, and those with a name.
    ConfigurationError where `file` can't be read.
    """

    def __init__(self, sessions: LocalSessions, file: Path) -> None:
        self._sessions = sessions
        self._index = Index(sessions.root)
        self._names = Names(file)
        self._lock = threading.Lock()

    def mine(self, owner: str) -> list[Kept]:
        """A user's sessions, newest first."""
        with self._lock:
            own, names = self._own(owner), self._names.by_id
        kept = [
            Kept(id, names[id].name if id in names else None, entry.prompts, entry.created)
            for id, entry in own.items()
        ]
        return sorted(kept, key=lambda session: session.created, reverse=True)

    def name(self, owner: str, id: str, name: str) -> str:
        """Give a user's session a name; it is returned, with a number where another one has it.

        InputError where it can be no name. JobError if there is no such session, or it is somebody
        else's. The name is durable on return.
        """
        wanted = fit_name(name)
        session = self._sessions.load(id)
        asked = session.request
        if not same_person(owner, asked.owner):
            raise JobError("This animation is somebody else's; you can name your own.")
        with self._lock:
            names = self._names.by_id
            others = [each for each in self._own(owner) if each in names and each != id]
            free = free_name(wanted, [names[each].name for each in others])
            named = Named(
                name=free,
                owner=asked.owner,
                prompts=asked.settings.prompts.prompts,
                created=session.created,
            )
            self._names.note(id, named, self._is_gone)
        return free

    def find(self, owner: str, text: str) -> str:
        """The id of the session that a text means: a name of the user's own, an id or a link.

        JobError if there is none.
        """
        wanted = text.strip().strip("<>")
        for kept in self.mine(owner):
            if kept.name and kept.name.casefold() == wanted.casefold():
                return kept.id
        if found := _ID_OR_LINK.fullmatch(wanted):
            return self._sessions.load(found["id"]).id
        raise JobError(
            f"You have no animation named {wanted[:60]!r}; write its name, its id or its link."
        )

    def _own(self, owner: str) -> dict[str, Entry | Named]:
        """A user's sessions by their ids."""
        elsewhere = {
            id: named
            for id, named in self._names.by_id.items()
            if same_person(owner, named.owner) and not self._is_gone(id)
        }
        return {**elsewhere, **self._index.of(owner)}

    def _is_gone(self, id: str) -> bool:
        """Whether a session is kept no longer. Of one that hosts share there may be no copy."""
        folder = self._sessions.root / id
        if (folder / RECORD).exists():
            return False
        return self._sessions.storage is ONE_BOX or (folder / EXPIRED).exists()
