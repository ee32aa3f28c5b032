"""The core's neighbours in memory: a queue that plays a story, and a chat that remembers."""

import asyncio
from collections.abc import AsyncIterator

from bot.port import Capabilities, Card, Conversation
from engine.errors import JobError
from engine.events import Event
from engine.planning.cost import Cost
from engine.request import RenderRequest


class MemoryQueue:
    """A job queue without a worker: every job's events are those put into `story`.

    A number in the story is a pause in seconds.
    """

    def __init__(self, *story: Event | float) -> None:
        self.story = story
        self.requests: dict[str, RenderRequest] = {}
        self.cancelled: list[str] = []
        self.kept: list[str] = []

    async def submit(self, request: RenderRequest, cost: Cost) -> None:
        self.requests[request.id] = request

    async def events(self, job: str) -> AsyncIterator[Event]:
        for event in self.story:
            if isinstance(event, float):
                await asyncio.sleep(event)
            else:
                yield event

    async def position(self, job: str) -> int:
        return 0

    async def request(self, job: str) -> RenderRequest | None:
        return self.requests.get(job)

    async def cancel(self, job: str, *, keep: bool = False) -> bool:
        if job in self.cancelled:
            raise JobError("This job is over already.")
        self.cancelled.append(job)
        self.kept.extend([job] if keep else [])
        return keep

    async def open_jobs(self) -> list[RenderRequest]:
        return list(self.requests.values())


class MemoryChat:
    """A chat whose message is a list of the cards it showed; it fails as often as told to."""

    platform = "memory"
    attaching = "hand it over with the words"

    def __init__(self, edit_seconds: float = 0.0, failures: int = 0) -> None:
        self.edit_seconds, self.failures = edit_seconds, failures
        self.cards: list[Card] = []
        self.conversations: list[Conversation] = []

    def capabilities(self, conversation: Conversation) -> Capabilities:
        return Capabilities(upload_bytes=2**20, text_length=2000, edit_seconds=self.edit_seconds)

    async def show(self, conversation: Conversation, card: Card) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the chat is away")
        self.conversations.append(conversation)
        self.cards.append(card)

    async def shown(self, kind: type[Card]) -> Card:
        """The newest card of a kind, waiting for it for up to five seconds."""
        async with asyncio.timeout(5):
            while not any(isinstance(card, kind) for card in self.cards):
                await asyncio.sleep(0.005)
        return [card for card in self.cards if isinstance(card, kind)][-1]
