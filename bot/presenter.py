"""One loop for every chat: commands in, jobs followed, cards out."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from bot.cards import ResultCard, TextCard, WaitingCard
from bot.commands import Animate, Command, Help, Keyframes, parse_command
from bot.following import Following
from bot.help import help_text
from bot.keyframes import KeyframeFinder
from bot.language import N_, language_of
from bot.port import Chat, Incoming
from bot.showing import show
from bot.submission import Submission
from bot.summary import details
from bot.unanswered import Unanswered
from engine.configuration import Configuration
from engine.disk import check_room, sentence_for
from engine.errors import InputError, JobError
from engine.events import Finished
from engine.queue import JobQueue
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions

# The last card is worth more than one try: a chat may be away for a moment.
_LAST_CARD_PAUSES = (1.0, 5.0, 30.0)
_OUR_FAULT = N_("Something went wrong on our side, and nothing was queued. Please try again.")


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
        self._following = Following(queue, self._result)
        self._unanswered = Unanswered(configuration.service.data / "unanswered")

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        """Answer a command: at once where it is refused, else by following the job it queues."""
        note = self._unanswered.note(chat.platform, incoming.conversation)
        await self._answer(chat, incoming)
        note.remove()  # not where the bot is stopped meanwhile

    async def _answer(self, chat: Chat, incoming: Incoming) -> None:
        try:
            command = _command_of(incoming)
            match command:
                case Help():
                    told = help_text(command.topic, language_of(incoming.locale))
                    await chat.show(incoming.conversation, TextCard(told))
                case Keyframes():
                    await self._find_keyframes(chat, incoming, command)
                case Animate():
                    self._check_room()
                    submitted = await self._submission.submit(chat, incoming, command)
                    self._following.follow(chat, *submitted)
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
            raise JobError(
                "Only the person who asked for this animation, or an admin of the bot, can stop it."
            )
        kept = await self._queue.cancel(job, keep=keep, by_admin=request.owner != user)
        return N_("Stopping. What is finished becomes the animation.") if kept else N_("Cancelled.")

    async def resume(self, chats: Mapping[str, Chat]) -> None:
        """Go on where an earlier run of the bot ended.

        Every job is followed of whose ending nobody was told. Whoever gave a command that became
        no job and got no answer is told so.
        """
        owed = await self._queue.answers.owed()
        for request in owed:
            if chat := chats.get(request.platform):
                self._following.follow(chat, request)
        places = [(request.platform, request.conversation) for request in owed]
        for note in self._unanswered.left:
            if (note.command.platform, note.command.conversation) in places:
                note.remove()
            elif chat := chats.get(note.command.platform):
                self._following.apologise(chat, note)

    async def close(self) -> None:
        """Stop following; the jobs themselves go on."""
        await self._following.close()

    async def _find_keyframes(self, chat: Chat, incoming: Incoming, command: Keyframes) -> None:
        if not incoming.attachments:
            raise InputError("keyframes", "no song or clip is attached", chat.attaching)
        self._check_room()
        place = await show(chat, incoming.conversation, WaitingCard(N_("Listening…")))
        room = chat.capabilities(place).text_length
        language = language_of(incoming.locale)
        card = await self._keyframes.find(command, incoming.attachments, room, language)
        await show(chat, place, card, _LAST_CARD_PAUSES)

    def _check_room(self) -> None:
        service = self._configuration.service
        check_room(service.data, service.free_mib)

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


def _command_of(incoming: Incoming) -> Command:
    command = incoming.command
    return parse_command(command) if isinstance(command, str) else command
