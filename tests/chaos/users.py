"""The users: orders sent, and sent again where the bot died before it accepted them."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.chaos.orders import RECIPES, Order, Recipe
from tests.chaos.service import Service

_AT_ONCE = 4
"""Orders that are open at the same time, for each worker."""
_DELETED = 0.2
_ANSWER_SECONDS = 60.0


@dataclass
class Book:
    """What was ordered."""

    orders: list[Order] = field(default_factory=list)
    sent: dict[str, Recipe] = field(default_factory=dict)
    """Every command, by the message that is to answer it; those that a dead bot lost as well."""


class Users:
    """Order animations; what they choose is drawn from `rng`."""

    def __init__(self, service: Service, rng: random.Random) -> None:
        self._service = service
        self._rng = rng
        self.book = Book()
        self._ordering: set[asyncio.Task[None]] = set()

    def order_each(self, recipes: Iterable[Recipe]) -> None:
        """Order one of each at once."""
        for recipe in recipes:
            self._order(recipe)

    @asynccontextmanager
    async def orders_coming(self) -> AsyncIterator[None]:
        """During the block there are always some open orders."""
        watching = asyncio.create_task(self._keep_ordering())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def settle(self, patience: float) -> None:
        """Wait until everything ordered is accepted, over and shown; no longer than `patience`
        after the last sign of life.
        """
        seen, last = -1, time.monotonic()
        while time.monotonic() - last < patience and not self._settled():
            await self._service.read_jobs()
            signs = len(self._service.place.noted()) + len(self._service.channel.requests)
            if signs != seen:
                seen, last = signs, time.monotonic()
            await asyncio.sleep(0.1)
        for task in self._ordering:
            task.cancel()

    def _settled(self) -> bool:
        results = self._service.channel.results()
        return not self._ordering and all(order.job in results for order in self.book.orders)

    async def _keep_ordering(self) -> None:
        at_once = _AT_ONCE * len(self._service.workers)
        while True:
            await self._service.read_jobs()
            results = self._service.channel.results()
            opened = [order for order in self.book.orders if order.job not in results]
            if len(opened) < at_once:
                self._order(self._rng.choice(RECIPES))
            await asyncio.sleep(0.1)

    def _order(self, recipe: Recipe) -> None:
        order = Order(recipe)
        self.book.orders.append(order)
        task = asyncio.create_task(self._give(order, self._rng.random() < _DELETED))
        self._ordering.add(task)
        task.add_done_callback(self._ordering.discard)

    async def _give(self, order: Order, deletes: bool) -> None:
        """Send a command, again if the bot dies before it is accepted."""
        channel, bot = self._service.channel, self._service.bot
        while order.job is None:
            starts = bot.starts
            try:
                order.message = await channel.order(order.recipe.text, order.recipe.picture)
            except OSError:  # no bot is there
                await asyncio.sleep(0.05)
                continue
            self.book.sent[order.message] = order.recipe
            await self._wait_until_accepted(order, starts)
        if deletes:
            channel.messages.delete(order.message)
            order.deleted = True

    async def _wait_until_accepted(self, order: Order, starts: int) -> None:
        until = time.monotonic() + _ANSWER_SECONDS
        while time.monotonic() < until:
            died = self._service.bot.starts != starts
            await self._service.read_jobs()
            if found := self._service.jobs.get(order.message):
                order.job = found[0].workflow_id
                return
            if died:
                return
            await asyncio.sleep(0.05)
        raise TimeoutError(f"no answer to {order.recipe.text}")
