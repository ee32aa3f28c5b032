"""A service in memory that plays cards, so that the Discord adapter can be tried by itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.cards import Card, ListCard
from bot.commands import List
from bot.port import Chat, Incoming, Recalled
from engine.errors import JobError

JOB = "0123456789abcdef01234567"
SOMEBODY_ELSES = "This animation was asked for by somebody else: only they can do that."


@dataclass
class PlayingService:
    """Shows `cards` for every command; each is (seconds to wait before it, card).

    `recalled` are the animations that can be recalled, `results` their cards; all belong to whoever
    sent the first command, or `owner`.
    """

    cards: Sequence[tuple[float, Card]] = ()
    error: Exception | None = None
    owner: str | None = None
    commands: list[Incoming] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    recalled: dict[str, Recalled] = field(default_factory=dict)
    results: dict[str, Card] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    suggestions: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    lists: dict[List, ListCard] = field(default_factory=dict)
    _playing: set[asyncio.Task[None]] = field(default_factory=set)

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        self.commands.append(incoming)
        if self.error is not None:
            raise self.error
        task = asyncio.create_task(self._play(chat, incoming))
        self._playing.add(task)
        task.add_done_callback(self._playing.discard)

    async def _play(self, chat: Chat, incoming: Incoming) -> None:
        conversation = incoming.conversation
        for wait, card in self.cards:
            if wait:
                await asyncio.sleep(wait)
            conversation = await chat.show(conversation, card) or conversation

    async def cancel(self, job: str, user: str, *, keep: bool = False) -> str:
        self._check_owner(user)
        self.cancelled.append(job)
        self.kept.extend([job] if keep else [])
        return "The animation is stopped."

    async def recall(self, job: str) -> Recalled:
        if job not in self.recalled:
            raise JobError("There is no such session.")
        return self.recalled[job]

    async def find(self, user: str, text: str) -> str:
        for session, name in self.saved.items():
            if text in (name, session):
                return session
        raise JobError(f"There is no session {text}.")

    async def save(self, session: str, user: str, name: str) -> str:
        self.saved[session] = name
        return f"Saved as {name}."

    async def delete(self, session: str, user: str, *, moderator: bool = False) -> None:
        if not moderator:
            self._check_owner(user)
        self.deleted.append(session)

    async def result(self, session: str) -> Card:
        if session not in self.results:
            raise JobError("There is no such session.")
        return self.results[session]

    async def suggest(self, kind: str, user: str, typed: str) -> list[tuple[str, str]]:
        return [pair for pair in self.suggestions.get(kind, []) if typed in pair[0]]

    async def list_card(self, user: str, command: List) -> ListCard:
        return self.lists.get(command) or ListCard("A list", (), "It is empty.")

    def _check_owner(self, user: str) -> None:
        if user != (self.owner or self.commands[0].user):
            raise JobError(SOMEBODY_ELSES)
