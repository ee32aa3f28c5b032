"""A reader slower than the stream."""

import asyncio

import pytest

from bot.latest import Latest


async def counting(count, pause=0.0):
    for number in range(count):
        yield number
        await asyncio.sleep(pause)


async def test_a_slow_reader_gets_the_newest_value_and_always_the_last():
    seen = []
    async for value in Latest(counting(50, 0.001)):
        seen.append(value)
        await asyncio.sleep(0.02)
    assert seen[-1] == 49
    assert len(seen) < 25
    assert seen == sorted(seen)


async def test_a_fast_reader_misses_nothing():
    assert [value async for value in Latest(counting(5, 0.005))] == [0, 1, 2, 3, 4]


async def test_an_empty_stream_ends_at_once():
    assert [value async for value in Latest(counting(0))] == []


async def test_what_the_stream_raises_reaches_the_reader_after_the_last_value():
    async def failing():
        yield 1
        raise LookupError("gone")

    seen = []
    with pytest.raises(LookupError, match="gone"):
        async for value in Latest(failing()):
            seen.append(value)
    assert seen == [1]
