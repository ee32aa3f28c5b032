"""A session in the making: written aside, then moved into place as a whole."""

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from engine.groups.output import Format
from engine.request import Inputs, RenderRequest
from engine.sessions.record import PARTIAL, POSTER, RECORD, RESULT, UPLOAD, Session, input_names
from engine.storage import Storage

_NONE = Inputs()


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
        return self.folder / f"{RESULT}.{format}"

    def upload_path_for(self, format: Format) -> Path:
        """Where to write a copy that is small enough for its chat, if one is needed."""
        return self.folder / f"{UPLOAD}.{format}"

    def commit(
        self,
        result_file: Path,
        poster: bytes,
        seconds: float,
        model_revision: str,
        inputs: Inputs = _NONE,
    ) -> Session:
        """Save the session, in place of one that a run before may have saved, and return it.

        It is pushed to the other hosts before that. StorageError or RenderCancelled if it can't be.
        `result_file` is `path_for`'s, written; `poster` a WebP picture; `inputs` are the request's
        as they are named here, to be kept with it.
        """
        session = Session(
            request=self._request,
            file=result_file.name,
            seconds=seconds,
            model_revision=model_revision,
            created=datetime.now(UTC),
            folder=self._session_folder,
        )
        (self.folder / POSTER).write_bytes(poster)
        (self.folder / RECORD).write_text(session.model_dump_json(indent=2))
        upload = self.upload_path_for(self._request.settings.output.format)
        uploads = [upload.name] if upload.exists() else []
        kept = [file.name for file in keep_inputs(inputs, self.folder).files]
        names = (result_file.name, *uploads, POSTER, *kept, RECORD)
        for name in names:
            _write_through(self.folder / name)
        for name in names:
            (self.folder / name).replace(self._session_folder / name)
        shutil.rmtree(self.folder)
        for name in names:
            self._storage.push(self._session_folder / name)
        return session


def keep_inputs(inputs: Inputs, folder: Path) -> Inputs:
    """Give a request's files a place in `folder` as well, and return them as they are there.

    They are linked where the disk can do that, copied elsewhere. What is gone is left out: a
    finished animation is worth more than the files that it came of.
    """
    names = input_names(inputs)
    kept = {
        kind: folder / names[kind]
        for kind, file in inputs
        if file is not None and _linked(file, folder / names[kind])
    }
    return Inputs(**kept)


def _linked(file: Path, target: Path) -> bool:
    with suppress(OSError):  # another disk, or one without links
        os.link(file, target)
        return True
    try:
        shutil.copyfile(file, target)
    except FileNotFoundError:
        return False
    return True


def _write_through(path: Path) -> None:
    # On the disk before it has its name: neither a power cut nor a full disk, which some file
    # systems tell of only now, can leave a part of it.
    with path.open("rb") as file:
        os.fsync(file.fileno())
