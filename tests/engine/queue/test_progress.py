import asyncio
import threading

from engine.events import Event, FrameDone, Started
from engine.queue.progress import Progress


def frame(done: int, preview: str | None = None) -> FrameDone:
    return FrameDone(done=done, frames=1000, elapsed=done / 100, preview=preview)


async def taken(progress: Progress) -> list[Event]:
    told: list[Event] = []
    while events := await progress.take():
        told += events
    return told


async def test_the_newest_of_many_frames_is_told_with_the_newest_preview() -> None:
    progress = Progress()
    for event in (Started(frames=1000), frame(1, "old"), frame(2, "new"), frame(3)):
        progress.put(event)
    await asyncio.sleep(0)
    progress.close()
    assert await taken(progress) == [Started(frames=1000), frame(3, "new")]


async def test_a_fast_render_is_told_a_few_times_a_second() -> None:
    progress = Progress()

    def render() -> None:
        finished = threading.Event()
        for done in range(1, 1001):
            progress.put(frame(done, "picture"))
            finished.wait(0.001)

    rendering = asyncio.get_running_loop().run_in_executor(None, render)
    rendering.add_done_callback(lambda _: progress.close())
    began = asyncio.get_running_loop().time()
    told = await taken(progress)
    seconds = asyncio.get_running_loop().time() - began
    previews = [event for event in told if isinstance(event, FrameDone) and event.preview]
    assert told[-1].model_copy(update={"preview": None}) == frame(1000)
    assert len(told) <= 5 * seconds + 2
    assert 1 <= len(previews) <= 2 * seconds + 1


async def test_an_event_after_a_pause_is_told_at_once() -> None:
    progress = Progress()
    progress.put(frame(1))
    assert await progress.take() == [frame(1)]
    await asyncio.sleep(0.25)
    progress.put(frame(2))
    async with asyncio.timeout(0.15):
        assert await progress.take() == [frame(2)]


async def test_the_end_comes_without_any_event() -> None:
    progress = Progress()
    ending = asyncio.create_task(progress.take())
    await asyncio.sleep(0)
    progress.close()
    assert await ending == []
