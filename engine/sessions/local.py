"""Sessions in a folder: `<id>/session.json`, `animation.<format>` and `poster.webp`.

An expired session's folder holds an empty file `expired`, and after as long again is gone.

Where the animation is larger than its chat takes, `upload.<format>` is a smaller copy. All are
written in `<id>/partial/` and moved into place, `session.json` last: a session is there as a whole
or not at all.
"""

import logging
import os
import re
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import from_json

from engine.errors import ExpiredError, JobError
from engine.groups.output import Format
from engine.request import RenderRequest
from engine.storage import ONE_BOX, Storage

log = logging.getLogger(__name__)

ID = re.compile(r"[0-9a-f]{24}")
RECORD, _POSTER, PARTIAL = "session.json", "poster.webp", "partial"
EXPIRED = "expired"
_RESULT, _UPLOAD = "animation", "upload"


class Session(BaseModel):
    """A saved animation and all that it was made from.

    `file` is the animation's name in `folder`, `seconds` the time its making took and
    `model_revision` the exact state of the model that drew it.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    request: RenderRequest
    file: str = Field(pattern=r"^animation\.(mp4|gif|webp)$")
    seconds: float
    model_revision: str
    created: AwareDatetime
    folder: Path = Field(exclude=True)

    @property
    def id(self) -> str:
        """The session's id, which is its job's."""
        return self.request.id

    @property
    def result(self) -> Path:
        """The animation."""
        return self.folder / self.file

    @property
    def poster(self) -> Path:
        """A still picture of the animation, as WebP."""
        return self.folder / _POSTER


class Draft:
    """A session in the making: leaving its block without `commit` leaves nothing behind.

    `folder` is its own, for any file that is needed on the way.
    """

    def __init__(self, request: RenderRequest, session_folder: Path, storage: Storage) -> None:
        self._request = request
        self._storage = storage
        self._session_folder = session_folder
        self.folder = session_folder / PARTIAL
        shutil.rmtree(self.folder, ignore_errors=True)  # of a worker that was killed
        self.folder.mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # What a commit that failed in its middle has moved goes too, if nothing was there before.
        saved = (self._session_folder / RECORD).exists()
        shutil.rmtree(self.folder if saved else self._session_folder, ignore_errors=True)

    def path_for(self, format: Format) -> Path:
        """Where to write the animation; its name is the one it will have in the session."""
        return self.folder / f"{_RESULT}.{format}"

    def upload_path_for(self, format: Format) -> Path:
        """Where to write a copy that is small enough for its chat, if one is needed."""
        return self.folder / f"{_UPLOAD}.{format}"

    def commit(
        self, result_file: Path, poster: bytes, seconds: float, model_revision: str
    ) -> Session:
        """Save the session, in place of one that a run before may have saved, and return it.

        It is pushed to the other hosts before that. StorageError or RenderCancelled if it can't be.
        `result_file` is `path_for`'s, written; `poster` a WebP picture.
        """
        session = Session(
            request=self._request,
            file=result_file.name,
            seconds=seconds,
            model_revision=model_revision,
            created=datetime.now(UTC),
            folder=self._session_folder,
        )
        (self.folder / _POSTER).write_bytes(poster)
        (self.folder / RECORD).write_text(session.model_dump_json(indent=2))
        upload = self.upload_path_for(self._request.settings.output.format)
        uploads = [upload.name] if upload.exists() else []
        names = (result_file.name, *uploads, _POSTER, RECORD)
        for name in names:
            _write_through(self.folder / name)
        for name in names:
            (self.folder / name).replace(self._session_folder / name)
        shutil.rmtree(self.folder)
        for name in names:
            self._storage.push(self._session_folder / name)
        return session


class LocalSessions:
    """The sessions below one folder, which is made with the first of them.

    `storage` is what its data folder shares with those of other hosts, sessions among it.
    """

    def __init__(self, root: Path, storage: Storage = ONE_BOX) -> None:
        self._root = root
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
            if (folder / EXPIRED).exists():
                raise ExpiredError from None
            raise JobError("There is no such session.") from None
        try:
            return Session.model_validate(from_json(record) | {"folder": folder})
        except ValueError as error:
            raise JobError("This session can't be read by this version of the program.") from error

    def list(self) -> list[Session]:
        """Every session here that can be read, newest first."""
        sessions = []
        for record in self._root.glob(f"*/{RECORD}"):
            try:
                sessions.append(self.load(record.parent.name))
            except JobError as error:
                log.warning("session %s is left out: %s", record.parent.name, error)
        return sorted(sessions, key=lambda session: session.created, reverse=True)

    def _folder(self, id: str) -> Path:
        if not ID.fullmatch(id):
            raise JobError("There is no such session.")
        return self._root / id


def _write_through(path: Path) -> None:
    # On the disk before it has its name: neither a power cut nor a full disk, which some file
    # systems tell of only now, can leave a part of it.
    with path.open("rb") as file:
        os.fsync(file.fileno())
