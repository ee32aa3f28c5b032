"""One loop for every chat: commands in, jobs followed, cards out."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Mapping
from fnmatch import fnmatchcase

from bot.commands import Animate, Help, Keyframes, parse_command
from bot.help import help_text
from bot.keyframes import KeyframeFinder
from bot.latest import Latest
from bot.port import (
    Card,
    Chat,
    Incoming,
    LastCard,
    ProgressCard,
    QueuedCard,
    ResultCard,
    TextCard,
    WaitingCard,
)
from bot.showing import show
from bot.submission import Submission
from bot.summary import details, title
from engine.configuration import Configuration
from engine.disk import check_room, sentence_for
from engine.errors import InputError, JobError
from engine.events import Cancelled, Failed, Finished, FrameDone, Queued, Started
from engine.queue import JobQueue
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions

log = logging.getLogger(__name__)

# The last card is worth more than one try: a chat may be away for a moment.
_LAST_CARD_PAUSES = (1.0, 5.0, 30.0)
_OUR_FAULT = "Something went wrong on our side, and nothing was queued. Please try again."


class Presenter:
    """The service behind every chat adapter."""

    def __init__(
        self, queue: JobQueue, sessions: LocalSessions, configuration: Configuration
    ) -> None:
        self._queue = queue
        self._sessions = sessions
        self._configuration = configuration
        self._submission = Submission(queue, sessions, configuration)
        self._keyframes = KeyframeFinder(configuration)
        self._following: set[asyncio.Task[None]] = set()

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        """Answer a command: at once where it is refused, else by following the job it queues."""
        try:
            command = parse_command(incoming.text, self._configuration.defaults)
            match command:
                case Help():
                    await chat.show(incoming.conversation, TextCard(help_text(command.topic)))
                case Keyframes():
                    await self._find_keyframes(chat, incoming, command)
                case Animate():
                    self._check_room()
                    submitted = await self._submission.submit(chat, incoming, command.settings)
                    self._follow(chat, *submitted)
        except Exception as error:
            words = sentence_for(error, "a command could not be carried out", _OUR_FAULT)
            card = TextCard(words, error=True)
            await show(chat, incoming.conversation, card, _LAST_CARD_PAUSES)

    async def cancel(self, job: str, user: str, *, keep: bool = False) -> str:
        """Stop a job for its owner or an admin. JobError if it is unknown, over, or not theirs.

        With `keep` the frames that are finished become its animation.
        """
        request = await self._queue.request(job)
        if request is None:
            raise JobError("There is no such job.")
        admins = self._configuration.queue.admins
        if request.owner != user and not any(fnmatchcase(user, admin) for admin in admins):
            raise JobError("Only the person who asked for this animation can stop it.")
        kept = await self._queue.cancel(job, keep=keep)
        return "Stopping. The frames so far become the animation." if kept else "Cancelled."

    async def resume(self, chats: Mapping[str, Chat]) -> None:
        """Go on with every job that an earlier run of the bot left open."""
        for request in await self._queue.open_jobs():
            if chat := chats.get(request.platform):
                self._follow(chat, request, ())

    async def close(self) -> None:
        """Stop following; the jobs themselves go on."""
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)

    async def _find_keyframes(self, chat: Chat, incoming: Incoming, command: Keyframes) -> None:
        if not incoming.attachments:
            raise InputError("keyframes", "no song or clip is attached", chat.attaching)
        self._check_room()
        await show(chat, incoming.conversation, WaitingCard("Listening…"), ())
        room = chat.capabilities(incoming.conversation).text_length
        card = await self._keyframes.find(command, incoming.attachments, room)
        await show(chat, incoming.conversation, card, _LAST_CARD_PAUSES)

    def _check_room(self) -> None:
        service = self._configuration.service
        check_room(service.data, service.free_mib)

    def _follow(self, chat: Chat, request: RenderRequest, notes: tuple[str, ...]) -> None:
        task = asyncio.create_task(self._tell(chat, request, notes), name=f"follow {request.id}")
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _tell(self, chat: Chat, request: RenderRequest, notes: tuple[str, ...]) -> None:
        """Show a job's newest card whenever the chat may be edited again, and its last for sure."""
        pause = chat.capabilities(request.conversation).edit_seconds
        try:
            if notes:  # shown before anything can overtake them: the job may never wait
                place = max(1, await self._queue.position(request.id))
                first = QueuedCard(request.id, title(request.settings), place, notes)
                await show(chat, request.conversation, first, ())
            async for card in Latest(self._cards(request, notes)):
                over = isinstance(card, LastCard)
                await show(chat, request.conversation, card, _LAST_CARD_PAUSES if over else ())
                await asyncio.sleep(0 if over else pause)
        except Exception:
            log.exception("job %s can't be followed any more", request.id)

    async def _cards(self, request: RenderRequest, notes: tuple[str, ...]) -> AsyncIterator[Card]:
        name, preview = title(request.settings), None
        async for event in self._queue.events(request.id):
            match event:
                case Queued():
                    yield QueuedCard(request.id, name, event.position, notes, event.seconds)
                case Started():
                    yield ProgressCard(request.id, name, 0, event.frames, None, None)
                case FrameDone():
                    preview = base64.b64decode(event.preview) if event.preview else preview
                    yield _progress(request.id, name, event, preview)
                case Finished():
                    yield self._result(request, name, event)
                case Failed():
                    yield TextCard(event.message, error=True)
                case Cancelled():
                    yield TextCard("Cancelled.")

    def _result(self, request: RenderRequest, name: str, event: Finished) -> ResultCard:
        return ResultCard(
            job=request.id,
            title=name,
            file=self._sessions.load(event.session).folder / event.file,
            details=(*details(request.settings, self._configuration), *_remarks(event)),
            link=f"{self._configuration.public_url}/s/{event.session}",
            local_link=self._configuration.links_are_local,
            seconds=event.seconds,
        )


def _remarks(event: Finished) -> list[tuple[str, str]]:
    fitted = [("made to fit", ", ".join(event.notes))] if event.notes else []
    frames = event.stopped_after
    return [*([("stopped after", f"{frames} frames")] if frames else []), *fitted]


def _progress(job: str, name: str, event: FrameDone, preview: bytes | None) -> ProgressCard:
    left = event.elapsed / event.done * (event.frames - event.done) if event.done > 1 else None
    return ProgressCard(job, name, event.done, event.frames, left, preview)
