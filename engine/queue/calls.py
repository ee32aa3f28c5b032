"""Calls of the store, in threads of their own, that outlast a server which is away for a while."""

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from dbos import DBOSClient

from engine.disk import telling_of_a_full_disk
from engine.errors import StoreAwayError
from engine.queue.outage import RETRY_SECONDS, Outage, is_away
from engine.queue.store import open_store

PATIENCE_SECONDS = 20.0
"""How long somebody who asked for something is kept waiting for a server that is away."""

FOR_EVER = math.inf

P = ParamSpec("P")
R = TypeVar("R")


class StoreCalls:
    """Opens the store and calls it without blocking the event loop.

    Where the store can't be opened, every call raises ConfigurationError; where its disk is full,
    DiskFullError.
    """

    def __init__(self, url: str) -> None:
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="queue")
        self._opening = self._threads.submit(open_store, url)
        self._outage = Outage()

    async def close(self) -> None:
        """Let go of the store. To be called when no call is under way."""
        await asyncio.to_thread(self._threads.shutdown)
        if self._opening.exception() is None:
            await asyncio.to_thread(self._opening.result().destroy)

    async def patiently(
        self,
        patience: float,
        function: Callable[Concatenate[DBOSClient, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Call a function, again and again while the server is away. It must do no harm twice.

        StoreAwayError after `patience` seconds; no attempt is under way any more then.
        """

        def call() -> R:
            with telling_of_a_full_disk():
                return function(self._opening.result(), *args, **kwargs)

        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while True:
            try:
                result = await loop.run_in_executor(self._threads, call)
            except Exception as error:
                if not is_away(error):
                    raise
                self._outage.began(error)
                if loop.time() + RETRY_SECONDS > until:
                    raise StoreAwayError from error
            else:
                self._outage.ended()
                return result
            await asyncio.sleep(RETRY_SECONDS)

    async def __call__(
        self,
        function: Callable[Concatenate[DBOSClient, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Call a function for somebody who waits for the answer, as `patiently`."""
        return await self.patiently(PATIENCE_SECONDS, function, *args, **kwargs)
