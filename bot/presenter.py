"""One loop for every chat: commands in, jobs followed, cards out."""

from collections.abc import Mapping

from bot.assembly import Assembly
from bot.cancellation import Cancellation
from bot.cards import ListCard, ResultCard, TextCard
from bot.commands import Animate, Command, List, parse_command
from bot.following import Following
from bot.language import N_
from bot.library import Library
from bot.listing import Listing
from bot.port import Chat, Incoming, Recalled
from bot.recollection import Recollection
from bot.replies import Replies
from bot.showing import LAST_CARD_PAUSES, show
from bot.submission import Submission
from bot.unanswered import Unanswered
from engine.configuration import Configuration
from engine.disk import check_room, sentence_for
from engine.events import Finished
from engine.queue import JobQueue
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from engine.sessions.shelf import Shelf

_OUR_FAULT = N_("Something went wrong on our side, and nothing was queued. Please try again.")


class Presenter:
    """The service behind every chat adapter."""

    def __init__(
        self, queue: JobQueue, sessions: LocalSessions, configuration: Configuration
    ) -> None:
        self._queue = queue
        self._sessions = sessions
        self._configuration = configuration
        shelf = Shelf(sessions, configuration.service.data / "names.json")
        self._recollection = Recollection(queue, sessions, configuration)
        assembly = Assembly(self._recollection, configuration)
        self._submission = Submission(queue, sessions, assembly, configuration)
        self._library = Library(sessions, shelf, self._recollection, configuration)
        self._listing = Listing(queue, shelf, configuration)
        self._cancellation = Cancellation(queue, self._library, self._listing)
        self._replies = Replies(self._library, self._listing, self._cancellation, configuration)
        self._following = Following(queue, self._result)
        self._unanswered = Unanswered(configuration.service.data / "unanswered")

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        """Answer a command: at once where it is refused, else by following the job it queues."""
        note = self._unanswered.note(chat.platform, incoming.conversation)
        await self._handle(chat, incoming)
        note.remove()  # not where the bot is stopped meanwhile

    async def _handle(self, chat: Chat, incoming: Incoming) -> None:
        try:
            command = _command_of(incoming)
            if isinstance(command, Animate):
                service = self._configuration.service
                check_room(service.data, service.free_mib)
                submitted = await self._submission.submit(chat, incoming, command)
                self._following.follow(chat, *submitted)
            else:
                await self._replies.answer(chat, incoming, command)
        except Exception as error:
            words = sentence_for(error, "a command could not be carried out", _OUR_FAULT)
            card = TextCard(words, error=True)
            await show(chat, incoming.conversation, card, LAST_CARD_PAUSES)

    async def cancel(self, job: str, user: str, *, keep: bool = False) -> str:
        """Stop a job for its owner or an admin. JobError if it is unknown, over, or not theirs.

        With `keep` the frames that are finished become its animation.
        """
        return await self._cancellation.cancel(job, user, keep=keep)

    async def recall(self, job: str) -> Recalled:
        """What an animation was made from; JobError where nobody knows it any more."""
        return await self._recollection.recall(job)

    async def find(self, user: str, text: str) -> str:
        """The session that a user means by a name of theirs, an id or a link; else JobError."""
        return await self._library.find(user, text)

    async def save(self, session: str, user: str, name: str) -> str:
        """Give a session a name of its user's, and say so."""
        return await self._library.save(session, user, name)

    async def delete(self, session: str, user: str, *, moderator: bool = False) -> None:
        """Delete a session for its owner, an admin or a moderator; JobError for anybody else."""
        await self._library.delete(session, user, moderator=moderator)

    async def result(self, session: str) -> ResultCard:
        """The card of a finished animation; JobError if there is none any more."""
        return await self._library.card(session)

    async def suggest(self, kind: str, user: str, typed: str) -> list[tuple[str, str]]:
        """Labels and values of a kind that go with what a user has typed so far, 25 at most."""
        return await self._listing.suggest(kind, user, typed)

    async def list_card(self, user: str, command: List) -> ListCard:
        """What a command lists for a user."""
        return await self._listing.of(user, command)

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

    def _result(self, request: RenderRequest, event: Finished) -> ResultCard:
        file = self._sessions.load(event.session).folder / event.file
        return self._library.result(request, file, event.seconds, _remarks(event))


def _command_of(incoming: Incoming) -> Command:
    command = incoming.command
    return parse_command(command) if isinstance(command, str) else command


def _remarks(event: Finished) -> list[tuple[str, str]]:
    fitted = [("made to fit", ", ".join(event.notes))] if event.notes else []
    frames = event.stopped_after
    return [*([("stopped after", f"{frames} frames")] if frames else []), *fitted]
