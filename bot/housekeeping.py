"""The housekeeper of `giffusion run`."""

import asyncio
import logging
import time

from engine.configuration import Configuration
from engine.housekeeping import keep_house
from engine.storage import ONE_BOX, Storage

_SECONDS = 3600.0

log = logging.getLogger(__name__)


class Housekeeper:
    """Keeps the house at once and then every hour, in a thread, whatever goes wrong."""

    def __init__(self, configuration: Configuration, storage: Storage = ONE_BOX) -> None:
        self._configuration = configuration
        self._storage = storage
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; the job store must be open."""
        self._task = asyncio.create_task(self._keep(), name="housekeeper")

    async def stop(self) -> None:
        """Begin nothing more. What is under way goes on in its thread to its end."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            try:
                await asyncio.to_thread(keep_house, self._configuration, time.time(), self._storage)
            except Exception as error:
                log.error("housekeeping stopped half-way", exc_info=error)
            await asyncio.sleep(_SECONDS)
