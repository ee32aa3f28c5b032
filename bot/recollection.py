"""What was made, brought back: its prompts and settings as its user chose them, and its files."""

import asyncio
from pathlib import Path

from bot.language import N_
from bot.port import Recalled
from bot.summary import chosen_of
from engine.configuration import Configuration
from engine.errors import ExpiredError, JobError
from engine.queue import JobQueue
from engine.request import Inputs, RenderRequest
from engine.sessions.local import LocalSessions
from engine.sessions.record import ID

_NONE = N_("There is no such animation any more.")


class Recollection:
    """Brings back sessions and, while their jobs last, what became no session."""

    def __init__(
        self, queue: JobQueue, sessions: LocalSessions, configuration: Configuration
    ) -> None:
        self._queue = queue
        self._sessions = sessions
        self._configuration = configuration

    async def recall(self, job: str) -> Recalled:
        """What a job was asked for. JobError where that isn't known any more."""
        try:
            session = await asyncio.to_thread(self._sessions.load, job)
        except ExpiredError:
            raise
        except JobError:
            request = await self._queue.request(job)
            if request is None:
                raise JobError(_NONE) from None
            return self._recalled(request, _there(request.inputs.below(self._data)))
        return self._recalled(session.request, session.inputs)

    async def inputs(self, job: str) -> Recalled:
        """The same of a job whose files alone are wanted; they may have come without a request."""
        try:
            return await self.recall(job)
        except JobError:
            files = await asyncio.to_thread(self._loose_files, job)
            if not files.files:
                raise JobError(
                    "The files that came with it aren't kept any more; attach them again."
                ) from None
            return Recalled(job, "", "", {}, files)

    @property
    def _data(self) -> Path:
        return self._configuration.service.data

    def _recalled(self, request: RenderRequest, inputs: Inputs) -> Recalled:
        chosen = chosen_of(request, self._configuration)
        prompts = chosen.pop("prompts", request.settings.prompts.prompts)
        asked_for = {kind for kind, file in request.inputs if file}
        # A frame or clip of an earlier result is taken from there again.
        taken = {"image", "video"} if request.settings.media.resample else set()
        return Recalled(
            job=request.id,
            owner=request.owner,
            prompts=prompts,
            settings={**chosen, "seed": str(request.settings.diffusion.seed)},
            inputs=inputs.model_copy(update=dict.fromkeys(taken)),
            lost=frozenset(asked_for - taken - {kind for kind, file in inputs if file}),
        )

    def _loose_files(self, job: str) -> Inputs:
        """Files that were kept for a job that may come."""
        if not ID.fullmatch(job):
            return Inputs()
        folder = self._configuration.inputs / job
        files = {file.stem: file for file in folder.glob("*.*")} if folder.is_dir() else {}
        return Inputs(**{kind: files.get(kind) for kind in Inputs.model_fields})


def _there(inputs: Inputs) -> Inputs:
    return Inputs(**{kind: file if file and file.exists() else None for kind, file in inputs})
