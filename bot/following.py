"""Jobs followed to their end, for those who wait: cards on the way, and the last one for sure.

Who waits is noted with the job in the store until the chat has taken the last card. So that one is
shown again after a kill in between, and only then: the adapters make the same of it as the first
time. A chat or a store that is away is tried again for as long as the bot runs; then it is the next
run's turn.
"""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from bot.cards import Card, LastCard, ProgressCard, QueuedCard, TextCard
from bot.language import N_
from bot.latest import Latest
from bot.port import Chat, Conversation
from bot.summary import title
from bot.unanswered import LOST, Note
from engine.disk import sentence_for
from engine.errors import JobError, StorageError
from engine.events import Cancelled, Ending, Failed, Finished, FrameDone, Queued, Started
from engine.queue import JobQueue
from engine.request import RenderRequest

log = logging.getLogger(__name__)

# Seconds before each further try; the last one again and again.
_PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0)
_OUR_FAULT = N_("Something went wrong on our side with the finished animation.")

Result = Callable[[RenderRequest, Finished], LastCard]
"""Makes the card of a finished job."""


@dataclass(slots=True)
class _Talk:
    """Somebody who waits for a job. `moved` is true while the store doesn't know where they are."""

    chat: Chat
    request: RenderRequest
    notes: tuple[str, ...]
    conversation: Conversation
    moved: bool = False

    @property
    def job(self) -> str:
        return self.request.id


class Following:
    """Follows jobs, each of them once at a time."""

    def __init__(self, queue: JobQueue, result: Result) -> None:
        self._queue = queue
        self._result = result
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def follow(self, chat: Chat, request: RenderRequest, notes: tuple[str, ...] = ()) -> None:
        """Tell a job's conversation what becomes of it; nothing new where that is done already."""
        if request.id in self._tasks:
            return
        self._start(request.id, self._answer(_Talk(chat, request, notes, request.conversation)))

    def apologise(self, chat: Chat, note: Note) -> None:
        """Tell whoever gave a command that it was lost."""
        self._start(note.file.stem, self._apologise(chat, note))

    async def close(self) -> None:
        """Stop following; the jobs themselves go on, and whoever waits still does."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, name: str, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work, name=f"follow {name}")
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name))

    async def _apologise(self, chat: Chat, note: Note) -> None:
        async def show() -> None:
            await chat.show(note.command.conversation, LOST)
            note.remove()

        await _until_done("a lost command could not be told of", show)

    async def _answer(self, talk: _Talk) -> None:
        try:
            await _until_done(f"job {talk.job} could not be told of", lambda: self._tell(talk))
            await _until_done(
                f"job {talk.job} was told of, which could not be noted",
                lambda: self._queue.answers.given(talk.job),
            )
        except JobError:
            log.warning("job %s is not in the queue any more", talk.job)

    async def _tell(self, talk: _Talk) -> None:
        """Show what is new of a job, to its end; of a job that is over, only how it ended."""
        ending = await self._queue.ending(talk.job) or await self._tell_progress(talk)
        await _show(talk, await asyncio.to_thread(self._last_card, talk.request, ending))

    async def _tell_progress(self, talk: _Talk) -> Ending:
        """Show a job's newest card whenever the chat may be edited again, until it ends."""
        name = title(talk.request.settings)
        if talk.notes:  # shown before anything can overtake them: the job may never wait
            place = max(1, await self._queue.position(talk.job))
            await self._try_to_show(talk, QueuedCard(talk.job, name, place, talk.notes))
        async for news in Latest(self._news(talk, name)):
            if isinstance(news, Ending):
                return news
            await self._try_to_show(talk, news)
            await asyncio.sleep(talk.chat.capabilities(talk.conversation).edit_seconds)
        raise AssertionError("a job's events end with its ending")

    async def _news(self, talk: _Talk, name: str) -> AsyncIterator[Card | Ending]:
        preview = None
        async for event in self._queue.events(talk.job):
            match event:
                case Queued():
                    yield QueuedCard(talk.job, name, event.position, talk.notes, event.seconds)
                case Started():
                    yield ProgressCard(talk.job, name, 0, event.frames, None, None)
                case FrameDone():
                    preview = base64.b64decode(event.preview) if event.preview else preview
                    yield _progress(talk.job, name, event, preview)
                case _:
                    yield event

    async def _try_to_show(self, talk: _Talk, card: Card) -> None:
        """Show a card that another one follows, and note where it is now."""
        try:
            await _show(talk, card)
            if talk.moved:
                await self._queue.answers.move(talk.job, talk.conversation)
                talk.moved = False
        except Exception:
            log.warning("%s did not show a card", talk.chat.platform, exc_info=True)

    def _last_card(self, request: RenderRequest, ending: Ending) -> LastCard:
        match ending:
            case Finished():
                try:
                    return self._result(request, ending)
                except StorageError:
                    raise  # what hosts share is away for a while
                except Exception as error:
                    what = f"the result of job {request.id} can't be shown"
                    return TextCard(sentence_for(error, what, _OUR_FAULT), error=True)
            case Failed():
                return TextCard(ending.message, error=True)
            case Cancelled():
                return TextCard(
                    N_("Cancelled by an admin.") if ending.by_admin else N_("Cancelled.")
                )


async def _show(talk: _Talk, card: Card) -> None:
    moved_to = await talk.chat.show(talk.conversation, card)
    if moved_to is not None:
        talk.conversation, talk.moved = moved_to, True


async def _until_done(trouble: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do it, and after a pause again for as long as it fails, other than by a JobError."""
    now = asyncio.get_running_loop().time
    pauses = _growing()
    while True:
        began = now()
        try:
            await work()
            return
        except JobError:
            raise
        except Exception:
            log.warning("%s; trying again", trouble, exc_info=True)
        if now() - began > _PAUSES[-1]:  # it went well for long
            pauses = _growing()
        await asyncio.sleep(next(pauses))


def _growing() -> Iterator[float]:
    return chain(_PAUSES, repeat(_PAUSES[-1]))


def _progress(job: str, name: str, event: FrameDone, preview: bytes | None) -> ProgressCard:
    left = event.elapsed / event.done * (event.frames - event.done) if event.done > 1 else None
    return ProgressCard(
        job, name, event.done, event.frames, left, preview, event.elapsed, event.steps
    )
