"""The core's neighbours in memory: a queue that plays a story, and a chat that remembers."""

import asyncio
from collections.abc import AsyncIterator

from bot.cards import Card
from bot.port import Capabilities, Conversation
from engine.errors import JobError
from engine.events import Ending, Event
from engine.planning.cost import Cost
from engine.queue import Standing
from engine.request import RenderRequest
from engine.tables import Limits


class MemoryQueue:
    """A job queue without a worker: every job's events are those put into `story`.

    A number in the story is a pause in seconds. `answers` is the queue itself; it fails to note
    as often as `failures` says.
    """

    def __init__(self, *story: Event | float, failures: int = 0) -> None:
        self.story, self.failures = story, failures
        self.requests: dict[str, RenderRequest] = {}
        self.cancelled: list[str] = []
        self.kept: list[str] = []
        self.by_admins: list[str] = []
        self.endings: dict[str, Ending] = {}
        self.told: list[str] = []
        self.answers = self

    async def submit(
        self, request: RenderRequest, cost: Cost, limits: Limits | None = None
    ) -> None:
        self.requests[request.id] = request
        self.limits = limits

    async def standing(self) -> list[Standing]:
        return [
            Standing(request, position, 60 * position or None)
            for position, request in enumerate(self.requests.values())
        ]

    async def events(self, job: str) -> AsyncIterator[Event]:
        for event in self.story:
            if isinstance(event, float):
                await asyncio.sleep(event)
            else:
                if isinstance(event, Ending):
                    self.endings[job] = event
                yield event
        await asyncio.Event().wait()

    async def ending(self, job: str) -> Ending | None:
        return self.endings.get(job)

    async def position(self, job: str) -> int:
        return 0

    async def request(self, job: str) -> RenderRequest | None:
        return self.requests.get(job)

    async def cancel(self, job: str, *, keep: bool = False, by_admin: bool = False) -> bool:
        if job in self.cancelled:
            raise JobError("This job is over already.")
        self.cancelled.append(job)
        self.kept.extend([job] if keep else [])
        self.by_admins.extend([job] if by_admin else [])
        return keep

    async def owed(self) -> list[RenderRequest]:
        return [request for job, request in self.requests.items() if job not in self.told]

    async def given(self, job: str) -> None:
        self._fail_at_times()
        self.told.append(job)

    async def move(self, job: str, conversation: Conversation) -> None:
        self._fail_at_times()
        moved = {"conversation": dict(conversation)}
        self.requests[job] = self.requests[job].model_copy(update=moved)

    def _fail_at_times(self) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the store is away")


class MemoryChat:
    """A chat whose message is a list of the cards it showed; it fails as often as told to.

    With `moves` the first card goes into another message.
    """

    platform = "memory"
    attaching = "hand it over with the words"

    def __init__(self, edit_seconds: float = 0.0, failures: int = 0, moves: bool = False) -> None:
        self.edit_seconds, self.failures, self.moves = edit_seconds, failures, moves
        self.cards: list[Card] = []
        self.conversations: list[Conversation] = []

    def capabilities(self, conversation: Conversation) -> Capabilities:
        return Capabilities(upload_bytes=2**20, text_length=2000, edit_seconds=self.edit_seconds)

    async def show(self, conversation: Conversation, card: Card) -> Conversation | None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the chat is away")
        self.conversations.append(conversation)
        self.cards.append(card)
        if not self.moves:
            return None
        self.moves = False
        return {**conversation, "message": "another"}

    async def shown(self, kind: type[Card]) -> Card:
        """The newest card of a kind, waiting for it for up to five seconds."""
        async with asyncio.timeout(5):
            while not any(isinstance(card, kind) for card in self.cards):
                await asyncio.sleep(0.005)
        return [card for card in self.cards if isinstance(card, kind)][-1]
