"""Sessions in a folder: `<id>/session.json`, `animation.<format>` and `poster.webp`.

An expired or deleted session's folder holds an empty file `expired`; if sessions expire, it is gone
after as long again.

Where the animation is larger than its chat takes, `upload.<format>` is a smaller copy. Files that
came with the request are `image.<ending>`, `audio.<ending>`, `video.<ending>`. All are written in
`<id>/partial/` and moved into place, `session.json` last: a session is there as a whole or not at
all.
"""

import logging
import threading
from pathlib import Path

from pydantic_core import from_json

from engine.errors import ExpiredError, GiffusionError, JobError
from engine.request import RenderRequest
from engine.sessions.draft import Draft
from engine.sessions.record import EXPIRED, ID, RECORD, Session
from engine.sessions.removal import expire_for_all
from engine.storage import ONE_BOX, Storage

_UNKNOWN = "There is no such session."

log = logging.getLogger(__name__)


class LocalSessions:
    """The sessions below one folder, which is made with the first of them.

    `storage` is what its data folder shares with those of other hosts, sessions among it. `root` is
    that folder.
    """

    def __init__(self, root: Path, storage: Storage = ONE_BOX) -> None:
        self.root = root
        self.storage = storage

    def create(self, request: RenderRequest, stop: threading.Event | None = None) -> Draft:
        """Begin the session of a request; what an earlier try left unfinished is gone.

        `stop` is the render's: so long its commit waits for a store that can't be reached.
        """
        storage = self.storage.until(stop) if stop else self.storage
        return Draft(request, self._folder(request.id), storage)

    def load(self, id: str) -> Session:
        """The session of that id, fetched if it isn't here.

        JobError if there is none, or none that can be read. Of those it is an ExpiredError if there
        was one, for some time. StorageError if other hosts' sessions can't be reached.
        """
        folder = self._folder(id)
        if not (folder / RECORD).exists():
            self.storage.pull(folder, last=RECORD)
        try:
            record = (folder / RECORD).read_text()
        except OSError:
            raise _missing(folder) from None
        try:
            return Session.stored(from_json(record), folder)
        except (ValueError, GiffusionError) as error:
            raise JobError("This session can't be read by this version of the program.") from error

    def delete(self, id: str) -> None:
        """Delete a session and its files, here and for all hosts; its link can say so from now on.

        JobError if there is none, an ExpiredError among them if there was one. StorageError if
        other hosts' sessions can't be reached.
        """
        folder = self._folder(id)
        stored = self.storage.changed(folder)
        if not (folder / RECORD).exists() and RECORD not in stored:
            raise _missing(folder)
        expire_for_all(folder, self.storage, stored)

    def list(self) -> list[Session]:
        """Every session here that can be read, newest first."""
        sessions = []
        for record in self.root.glob(f"*/{RECORD}"):
            try:
                sessions.append(self.load(record.parent.name))
            except JobError as error:
                log.warning("session %s is left out: %s", record.parent.name, error)
        return sorted(sessions, key=lambda session: session.created, reverse=True)

    def _folder(self, id: str) -> Path:
        if not ID.fullmatch(id):
            raise JobError(_UNKNOWN)
        return self.root / id


def _missing(folder: Path) -> JobError:
    return ExpiredError() if (folder / EXPIRED).exists() else JobError(_UNKNOWN)
