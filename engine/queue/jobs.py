"""The bot's side of the queue: jobs submitted, followed and cancelled."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from dbos import DBOSClient

from engine.errors import JobError, StoreAwayError
from engine.events import Ending, Event, Queued
from engine.planning.cost import Cost
from engine.queue import calls
from engine.queue.admission import Terms, enqueue, withdraw
from engine.queue.answers import Answers
from engine.queue.calls import FOR_EVER, StoreCalls
from engine.queue.forecast import Place, Speeds, read_places, read_speeds
from engine.queue.records import ending_of, read_stream, status_of, take_back
from engine.queue.standing import Requests, Standing
from engine.queue.store import BY_ADMIN, KEEP, OPEN, POLL_SECONDS, SAVED, readable_request
from engine.request import RenderRequest
from engine.tables import Limits

# Places are read the less often the longer that takes, so that a long queue costs little.
_PAUSE_SHARE = 20
_LONGEST_PAUSE = 1.0
_SPEEDS_SECONDS = 5.0


class JobQueue:
    """The bot's side of the queue at a DBOS store's URL (`sqlite:///…` or `postgresql://…`).

    Nothing in here blocks the event loop: the store is opened, read and written in a few threads of
    the queue's own, so that a slow store takes nobody else's. Where it can't be opened, every call
    raises ConfigurationError; where its disk is full, DiskFullError; where its server is away for
    longer than somebody can be kept waiting, StoreAwayError. Whoever follows a job is kept waiting.
    `answers` are what is owed to those who wait for jobs.
    """

    def __init__(self, url: str, terms: Terms | None = None) -> None:
        self._terms = terms or Terms()
        self._call = StoreCalls(url)
        self._submitting = asyncio.Lock()
        self._taking_back: set[asyncio.Task[None]] = set()
        self._reading_places = asyncio.Lock()
        self._places: Mapping[str, Place] = {}
        self._next_reading = self._next_speeds = 0.0
        self._speeds: Speeds = {}
        self._changes, self._changes_read = 1, 0
        self._requests = Requests(self._call)
        self.answers = Answers(self._call)

    async def close(self) -> None:
        """Let go of the store; jobs and workers go on. To be called when no call is under way."""
        for task in self._taking_back:
            task.cancel()
        await asyncio.gather(*self._taking_back, return_exceptions=True)
        await self._call.close()

    async def submit(
        self, request: RenderRequest, cost: Cost, limits: Limits | None = None
    ) -> None:
        """Queue a request; it is durable on return. Submitting it again changes nothing.

        `limits` are those of the place that it comes from; they replace the operator's, and whoever
        sets them has seen to it that they are no wider. InputError where it is longer, or its owner
        has more in the queue, than is allowed.
        """
        terms = replace(self._terms, limits=limits) if limits else self._terms
        async with self._submitting:
            try:
                await self._call(enqueue, request, cost, terms)
            except StoreAwayError:  # it may be queued all the same, with only the answer lost
                taking_back = asyncio.create_task(self._take_back(request.id))
                self._taking_back.add(taking_back)
                taking_back.add_done_callback(self._taking_back.discard)
                raise
        self._changes += 1

    async def position(self, job: str) -> int:
        """The job's place in the queue: 1 is next, 0 is running or over. JobError if unknown."""
        place = (await self._call.patiently(FOR_EVER, read_places, {})).get(job)
        if place is None:
            await self._call.patiently(FOR_EVER, status_of, job)
        return place.position if place else 0

    async def events(self, job: str) -> AsyncIterator[Event]:
        """All that happened to a job from its start, then what happens, to its one ending.

        `Queued` is told live only, at every change of place or of the wait, which is told roughly.
        A job whose worker was killed begins again with another `Started`. While the store is away
        nothing is told. JobError if the job is unknown.
        """
        last = None
        while (place := (await self._read_places()).get(job)) and place.position:
            if place != last:
                yield Queued(position=place.position, seconds=place.seconds)
            last = place
            until = self._next_reading - asyncio.get_running_loop().time()
            await asyncio.sleep(max(until, POLL_SECONDS))
        told, over = 0, False
        while not over:
            events, over = await self._call.patiently(FOR_EVER, read_stream, job, told)
            for event in events:
                yield event
            told += len(events)
            if not over:
                await asyncio.sleep(POLL_SECONDS)
        yield ending_of(await self._call.patiently(FOR_EVER, status_of, job, load_output=True))

    async def ending(self, job: str) -> Ending | None:
        """How a job ended; None while it waits or runs. JobError if it is unknown."""
        status = await self._call(status_of, job, load_output=True)
        return None if status.status in OPEN else ending_of(status)

    async def cancel(self, job: str, *, keep: bool = False, by_admin: bool = False) -> bool:
        """Stop a job, queued or running. JobError if it is unknown or over.

        With `keep` one that has begun ends by finishing with the frames it has; whether that is
        what happens is returned.
        """
        status = await self._call(status_of, job)
        if status.status not in OPEN:
            raise JobError("This job is over already.")
        begun = status.status == "PENDING" or SAVED in (status.attributes or {})
        if keep and begun:
            await self._call(DBOSClient.update_workflow_attributes, job, {KEEP: True}, merge=True)
            return True
        if by_admin:
            told = {BY_ADMIN: True}
            await self._call(DBOSClient.update_workflow_attributes, job, told, merge=True)
        await self._call(withdraw, status)
        self._changes += 1
        return False

    async def request(self, job: str) -> RenderRequest | None:
        """What was submitted under this id; None if nothing was."""
        jobs = await self._call(DBOSClient.list_workflows, workflow_ids=[job], load_output=False)
        return readable_request(jobs[0]) if jobs else None

    async def standing(self) -> list[Standing]:
        """Every open job, in the order of their turns, those that run first.

        It is read once for all who ask at the same time, and may be a second old. Left out is what
        can't be read even without another version's settings.
        """
        try:
            async with asyncio.timeout(calls.PATIENCE_SECONDS):
                places = await self._read_places()
        except TimeoutError as error:
            raise StoreAwayError from error
        requests = await self._requests.of(places.keys())
        return [
            Standing(request, *place)
            for job, place in places.items()
            if (request := requests.get(job))
        ]

    async def _take_back(self, job: str) -> None:
        """Let nothing be rendered that its user was told was not queued."""
        with contextlib.suppress(JobError):
            await self._call.patiently(FOR_EVER, take_back, job)

    async def _read_places(self) -> Mapping[str, Place]:
        """The place of every open job, read once for all who ask at the same time."""
        now = asyncio.get_running_loop().time
        async with self._reading_places:
            if self._changes != self._changes_read or now() >= self._next_reading:
                began, changes = now(), self._changes
                if changes != self._changes_read or now() >= self._next_speeds:
                    self._speeds = await self._call.patiently(FOR_EVER, read_speeds)
                    self._next_speeds = now() + _SPEEDS_SECONDS
                self._places = await self._call.patiently(FOR_EVER, read_places, self._speeds)
                self._changes_read = changes
                pause = min(_PAUSE_SHARE * (now() - began), _LONGEST_PAUSE)
                self._next_reading = now() + max(pause, POLL_SECONDS)
        return self._places
