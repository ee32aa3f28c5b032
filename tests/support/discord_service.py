"""A service in memory that plays cards, so that the Discord adapter can be tried by itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.port import Card, Chat, Incoming
from engine.errors import JobError

JOB = "0123456789abcdef01234567"


@dataclass
class PlayingService:
    """Shows `cards` for every command; each is (seconds to wait before it, card)."""

    cards: Sequence[tuple[float, Card]] = ()
    error: Exception | None = None
    commands: list[Incoming] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
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

    async def cancel(self, job: str, user: str) -> str:
        if user != self.commands[0].user:
            raise JobError("This animation was asked for by somebody else: only they can stop it.")
        self.cancelled.append(job)
        return "The animation is stopped."
