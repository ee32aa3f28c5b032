"""A command's way into the queue: its files stored, its settings made complete, its cost told."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bot.attachments import store_attachments
from bot.port import Chat, Incoming
from engine.configuration import Configuration
from engine.errors import StorageError
from engine.media.inspection import Attached
from engine.planning.cost import Cost, cost_of
from engine.planning.intake import Accepted, accept
from engine.queue import JobQueue
from engine.request import RenderRequest, new_job_id
from engine.sessions.local import LocalSessions
from engine.settings import Settings, chosen


class Submitted(NamedTuple):
    """A request that is durably queued, and what its user should know."""

    request: RenderRequest
    notes: tuple[str, ...]


class Submission:
    """Queues what commands ask for."""

    def __init__(
        self, queue: JobQueue, sessions: LocalSessions, configuration: Configuration
    ) -> None:
        self._queue = queue
        self._sessions = sessions
        self._configuration = configuration

    async def submit(self, chat: Chat, incoming: Incoming, settings: Settings) -> Submitted:
        """Queue a command's request. A GiffusionError says why not; it leaves nothing behind."""
        job = new_job_id()
        folder = self._configuration.inputs / job
        try:
            files = await store_attachments(
                incoming.attachments, folder, self._configuration.limits.media
            )
            accepted, cost = await asyncio.to_thread(self._complete, settings, files, folder)
            if folder.exists():  # any host may render it: what it works from is there before it is
                await asyncio.to_thread(self._sessions.storage.push, folder)
        except BaseException:  # whatever it was, nothing was queued that would need the files
            _remove(folder)
            raise
        request = RenderRequest(
            id=job,
            owner=incoming.user,
            settings=accepted.settings,
            chosen=chosen(settings, self._configuration.defaults),
            inputs=accepted.inputs.relative_to(self._configuration.service.data),
            platform=chat.platform,
            conversation=dict(incoming.conversation),
            upload_bytes=chat.capabilities(incoming.conversation).upload_bytes,
        )
        try:
            await self._queue.submit(request, cost)
        except Exception:  # the user is told that nothing was queued
            if folder.exists():
                await asyncio.to_thread(self._discard, folder)
            raise
        return Submitted(request, accepted.notes)

    def _complete(self, settings: Settings, files: Attached, folder: Path) -> tuple[Accepted, Cost]:
        accepted = accept(settings, files, self._configuration, self._sessions, folder)
        catalogue = self._configuration.catalogue
        return accepted, cost_of(accepted.settings, accepted.inputs, catalogue)

    def _discard(self, folder: Path) -> None:
        _remove(folder)
        with suppress(StorageError):  # then the housekeeping will
            self._sessions.storage.remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
