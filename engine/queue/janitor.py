"""The janitor: looks again and again whether a worker has died, in a thread of its own."""

import logging
import random
import threading
from typing import Self

from sqlalchemy.exc import SQLAlchemyError

from engine.queue.recovery import take_over
from engine.queue.store import connect, reason
from engine.queue.workers import LEASE_SECONDS, Registry

_LOOKS_A_LEASE = 6

log = logging.getLogger(__name__)


class Janitor:
    """Hands over dead workers' jobs from its start to its stop, or for the time of its block.

    Any number of them may serve one store, which must have been opened before.
    """

    def __init__(self, url: str, lease: float = LEASE_SECONDS) -> None:
        self._url = url
        self._lease = lease
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="janitor", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, when the look that is under way is over. Blocks."""
        self._ended.set()
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _keep(self) -> None:
        registry = Registry(self._url, self._lease)
        store = connect(self._url, patient=False)
        working = True
        pause = self._lease / _LOOKS_A_LEASE
        # Janitors that began together shall not look at the same moments for ever.
        while not self._ended.wait(pause * random.uniform(0.8, 1.2)):  # noqa: S311
            try:
                take_over(store, registry)
                working = True
            except Exception as error:
                if working:
                    ours = not isinstance(error, SQLAlchemyError)
                    log.warning("can't look for dead workers: %s", reason(error), exc_info=ours)
                working = False
        store.destroy()
        registry.close()
