"""A service for adapters' tests: it plays cards instead of rendering."""

import asyncio

from bot.cards import Card, ListCard, ResultCard
from bot.commands import List
from bot.port import Chat, Incoming, Recalled
from engine.errors import JobError


class PlayingService:
    """Shows `cards` for every command; what there is belongs to whoever sent the first one.

    That is `owner`, where it is set. `recalled` and `results` are what is known of animations, by
    their jobs; `saved` the names that they were given. `failure` is what every question meets.
    """

    def __init__(self) -> None:
        self.cards: list[Card] = []
        self.incoming: list[Incoming] = []
        self.owner = ""
        self.cancelled: list[str] = []
        self.kept: list[str] = []
        self.recalled: dict[str, Recalled] = {}
        self.results: dict[str, ResultCard] = {}
        self.saved: dict[str, str] = {}
        self.deleted: list[str] = []
        self.suggestions: dict[str, list[tuple[str, str]]] = {}
        self.lists: dict[List, ListCard] = {}
        self.failure: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        """Note the command and show the cards; wait first while the service isn't `open`."""
        self.incoming.append(incoming)
        await self._answers()
        for card in self.cards:
            await chat.show(incoming.conversation, card)

    async def cancel(self, job: str, user: str, *, keep: bool = False) -> str:
        """Cancel for the owner; JobError for anybody else."""
        self._check_owner(user, "This job belongs to somebody else; only they can cancel it.")
        self.cancelled.append(job)
        self.kept.extend([job] if keep else [])
        return "The job is cancelled."

    async def recall(self, job: str) -> Recalled:
        """One of `recalled`; JobError for others."""
        await self._answers()
        if job not in self.recalled:
            raise JobError("There is no such session.")
        return self.recalled[job]

    async def find(self, user: str, text: str) -> str:
        """A session by its id or the name that it was saved as; JobError if there is none."""
        for session, name in self.saved.items():
            if text in (name, session):
                return session
        raise JobError(f"There is no session {text}.")

    async def save(self, session: str, user: str, name: str) -> str:
        """Note the name."""
        await self._answers()
        self.saved[session] = name
        return f"Saved as {name}."

    async def delete(self, session: str, user: str, *, moderator: bool = False) -> None:
        """Delete for the owner or a moderator; JobError for anybody else."""
        if not moderator:
            self._check_owner(user, "This animation is somebody else's; only they can delete it.")
        self.deleted.append(session)

    async def result(self, session: str) -> ResultCard:
        """One of `results`; JobError for others."""
        if session not in self.results:
            raise JobError("There is no such session.")
        return self.results[session]

    async def suggest(self, kind: str, user: str, typed: str) -> list[tuple[str, str]]:
        """Those of `suggestions` with what was typed in their labels."""
        return [pair for pair in self.suggestions.get(kind, []) if typed in pair[0]]

    async def list_card(self, user: str, command: List) -> ListCard:
        """One of `lists`, else an empty one."""
        await self._answers()
        return self.lists.get(command) or ListCard("A list", (), "It is empty.")

    async def _answers(self) -> None:
        await self.open.wait()
        if self.failure is not None:
            raise self.failure

    def _check_owner(self, user: str, refusal: str) -> None:
        if user != (self.owner or self.incoming[0].user):
            raise JobError(refusal)
