"""A worker's life: the lock that it holds, the signs that it gives, and its end."""

import contextlib
import hashlib
import logging
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from dbos import DBOSClient
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import ConfigurationError
from engine.queue.recovery import hand_over
from engine.queue.store import reason, sqlite_file
from engine.queue.workers import Registry

_BEATS_A_LEASE = 6

log = logging.getLogger(__name__)


@contextlib.contextmanager
def only_one(url: str, worker_id: str) -> Iterator[str]:
    """Hold a worker's lock; gives what the lock is known by, the same for each of its holders.

    ConfigurationError where another process of this machine holds it. Machines with one name lock
    apart from each other, and so do no harm to each other: every life has a name of its own.
    """
    name = hashlib.sha256(f"{url} {worker_id}".encode()).hexdigest()[:16]
    file = sqlite_file(url)
    path = (file.parent if file else Path(tempfile.gettempdir())) / f"giffusion-worker-{name}"
    lock = FileLock(path.with_suffix(".lock"), blocking=False)
    try:
        lock.acquire()
    except Timeout:
        raise ConfigurationError(f"a worker {worker_id!r} runs already on this machine") from None
    with lock:
        known_by = path.with_suffix(".id")
        if not known_by.exists() or not known_by.read_text():  # empty: killed while it wrote
            known_by.write_text(uuid.uuid4().hex)
        yield known_by.read_text()


class Life:
    """One life of a worker, from its entry in the registry to the end of its block.

    A thread gives the signs; while the database is away, it goes on trying. `cut_off` is set when
    they came too late: then this life is over, and its jobs are others'.
    """

    def __init__(self, store: DBOSClient, registry: Registry, worker_id: str, lock: str) -> None:
        self._store = store
        self._registry = registry
        self.name = registry.join(worker_id, lock)
        self.cut_off = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def ends(self) -> None:
        """Note that it was told to end: should it be killed now, its job is not to blame."""
        with _told("it can't be noted that this worker stops"):
            self._registry.stopping(self.name)

    def leave(self) -> None:
        """Let any worker take up what was interrupted. To be called when nothing runs any more."""
        # What can't be given back now is found under this name by whoever looks after the dead.
        with _told("the interrupted job can't be given back yet"):
            hand_over(self._store, self.name, died=False)
            self._registry.leave(self.name)

    def _beat(self) -> None:
        reachable = True
        while not self._ended.wait(self._registry.lease / _BEATS_A_LEASE):
            try:
                alive = self._registry.beat(self.name)
            except SQLAlchemyError as error:
                if reachable:
                    log.warning("no sign of life can be given: %s", reason(error))
                reachable = False
                continue
            reachable = True
            if not alive:
                log.warning("this worker gave no sign of life for too long: its job is others' now")
                self.cut_off.set()
                return


@contextlib.contextmanager
def _told(problem: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        log.warning("%s: %s", problem, reason(error))
