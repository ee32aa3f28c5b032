"""A service for adapters' tests: it plays cards instead of rendering."""

import asyncio

from bot.cards import Card
from bot.port import Chat, Incoming
from engine.errors import JobError


class PlayingService:
    """Shows `cards` for every command; jobs can be cancelled by whoever sent the first one."""

    def __init__(self) -> None:
        self.cards: list[Card] = []
        self.incoming: list[Incoming] = []
        self.cancelled: list[str] = []
        self.kept: list[str] = []
        self.failure: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def handle(self, chat: Chat, incoming: Incoming) -> None:
        """Note the command and show the cards; wait first while the service isn't `open`."""
        self.incoming.append(incoming)
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        for card in self.cards:
            await chat.show(incoming.conversation, card)

    async def cancel(self, job: str, user: str, *, keep: bool = False) -> str:
        """Cancel for the owner; JobError for anybody else."""
        if user != self.incoming[0].user:
            raise JobError("This job belongs to somebody else; only they can cancel it.")
        self.cancelled.append(job)
        self.kept.extend([job] if keep else [])
        return "The job is cancelled."
