"""A command's way into the queue: its files stored, its settings made complete, its cost told."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bot.assembly import Assembly
from bot.commands import Animate
from bot.port import Chat, HouseRules, Incoming
from engine.configuration import Configuration, Limits
from engine.errors import InputError, StorageError
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
        self,
        queue: JobQueue,
        sessions: LocalSessions,
        assembly: Assembly,
        configuration: Configuration,
    ) -> None:
        self._assembly = assembly
        self._queue = queue
        self._sessions = sessions
        self._configuration = configuration

    async def submit(self, chat: Chat, incoming: Incoming, command: Animate) -> Submitted:
        """Queue a command's request. A GiffusionError says why not; it leaves nothing behind."""
        job = new_job_id()
        folder = self._configuration.inputs / job
        limits = _limits(self._configuration.limits, incoming.rules)
        try:
            settings, files = await self._assembly.assemble(command, incoming, folder)
            accepted, cost = await asyncio.to_thread(
                self._complete, settings, files, folder, limits
            )
            self._check_age(accepted.settings, incoming.rules)
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
            await self._queue.submit(request, cost, limits)
        except Exception:  # the user is told that nothing was queued
            if folder.exists():
                await asyncio.to_thread(self._discard, folder)
            raise
        return Submitted(request, accepted.notes)

    def _complete(
        self, settings: Settings, files: Attached, folder: Path, limits: Limits
    ) -> tuple[Accepted, Cost]:
        accepted = accept(
            settings, files, self._configuration, self._sessions, folder, limits=limits
        )
        catalogue = self._configuration.catalogue
        return accepted, cost_of(accepted.settings, accepted.inputs, catalogue)

    def _check_age(self, settings: Settings, rules: HouseRules) -> None:
        """InputError where a model for adults is asked for in a place for everybody."""
        model = settings.pipeline.model or ""  # it is resolved
        if self._configuration.models[model].age_restricted and not rules.age_restricted:
            raise InputError(
                "model", f"{model} draws in age-restricted channels only", "choose another one"
            )

    def _discard(self, folder: Path) -> None:
        _remove(folder)
        with suppress(StorageError):  # then the housekeeping will
            self._sessions.storage.remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _limits(limits: Limits, rules: HouseRules) -> Limits:
    """The operator's limits, or a place's own where those are closer."""
    closer = {
        name: min(own, getattr(limits, name))
        for name in ("frames", "user_jobs")
        if (own := getattr(rules, name)) is not None
    }
    return limits.model_copy(update=closer)
