"""The newest of a stream's values, for a reader slower than the stream."""

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """Iterates over the values, passing over those that a newer one has overtaken.

    The last value is never passed over. What the stream raises is raised here.
    """

    def __init__(self, stream: AsyncIterator[T]) -> None:
        self._stream = stream
        self._news = asyncio.Event()
        self._value: tuple[T] | None = None

    async def __aiter__(self) -> AsyncIterator[T]:
        reader = asyncio.create_task(self._read())
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                value, self._value = self._value, None
                over = reader.done()
                if value:
                    yield value[0]
                if over:
                    await reader
                    return
        finally:
            reader.cancel()

    async def _read(self) -> None:
        try:
            async for value in self._stream:
                self._value = (value,)
                self._news.set()
        finally:
            self._news.set()
