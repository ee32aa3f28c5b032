"""Whoever waits for an animation is told how it ended, once, whatever happens in between."""

import asyncio
from pathlib import Path

import pytest

from bot import following as following_module
from bot.cards import ProgressCard, QueuedCard, ResultCard, TextCard
from bot.following import Following
from engine.errors import ExpiredError, JobError
from engine.events import Cancelled, Failed, Finished, FrameDone, Started
from engine.request import RenderRequest
from tests.support.memory import MemoryChat, MemoryQueue
from tests.support.web_chat import finished_request

FINISHED = Finished(session="ab" * 12, file="animation.mp4", seconds=8.0)
STORY = (Started(frames=2), 0.02, FrameDone(done=1, frames=2, elapsed=1.0), 0.02, FINISHED)


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(following_module, "_PAUSES", (0.01, 0.02))


def result(request, event):
    return ResultCard(request.id, "a corgi", Path(event.file), (), "link", True, event.seconds)


def submitted(queue: MemoryQueue, platform: str = "memory") -> RenderRequest:
    request = RenderRequest(
        owner="memory:here:ann",
        settings=finished_request("0: a corgi").settings,
        platform=platform,
        conversation={"channel": "c1", "message": "m1"},
    )
    queue.requests[request.id] = request
    return request


async def restart(queue: MemoryQueue, chat: MemoryChat) -> Following:
    """A new run of the bot follows what is owed."""
    following = Following(queue, result)
    for request in await queue.answers.owed():
        following.follow(chat, request)
    return following


async def until(is_so) -> None:
    async with asyncio.timeout(5):
        while not is_so():
            await asyncio.sleep(0.005)


def kinds(chat: MemoryChat) -> list[type]:
    return [type(card) for card in chat.cards]


async def test_a_job_that_ended_while_the_bot_was_down_is_told_at_the_next_start_and_never_again():
    queue, chat = MemoryQueue(), MemoryChat()
    job = submitted(queue)
    queue.endings[job.id] = FINISHED
    await restart(queue, chat)
    await until(lambda: queue.told)
    await restart(queue, chat)
    await asyncio.sleep(0.05)
    assert kinds(chat) == [ResultCard], "and nothing of the progress that is over"


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Failed(message="out of memory"), "out of memory"),
        (Cancelled(), "Cancelled."),
        (Cancelled(by_admin=True), "Cancelled by an admin."),
    ],
)
async def test_every_other_ending_while_the_bot_was_down_is_told_too(ending, words):
    queue, chat = MemoryQueue(), MemoryChat()
    queue.endings[submitted(queue).id] = ending
    await restart(queue, chat)
    assert (await chat.shown(TextCard)).text == words


async def test_a_chat_that_is_away_for_long_gets_the_result_once_it_is_back():
    queue, chat = MemoryQueue(*STORY), MemoryChat(failures=10**9)
    following = Following(queue, result)
    job = submitted(queue)
    following.follow(chat, job)
    await until(lambda: job.id in queue.endings)
    await asyncio.sleep(0.1)
    assert queue.told == []
    chat.failures = 0
    await until(lambda: queue.told)
    assert kinds(chat) == [ResultCard]


async def test_a_result_that_the_chat_did_not_take_in_one_run_is_told_by_the_next():
    queue, away, back = MemoryQueue(*STORY), MemoryChat(failures=10**9), MemoryChat()
    before = Following(queue, result)
    job = submitted(queue)
    before.follow(away, job)
    await until(lambda: job.id in queue.endings)
    await before.close()
    await restart(queue, back)
    await until(lambda: queue.told)
    assert kinds(back) == [ResultCard]


async def test_a_result_is_shown_once_where_the_store_can_not_note_it_for_a_while():
    queue, chat = MemoryQueue(*STORY, failures=5), MemoryChat()
    Following(queue, result).follow(chat, submitted(queue))
    await until(lambda: queue.told)
    assert kinds(chat).count(ResultCard) == 1


async def test_a_job_is_followed_on_after_the_store_was_away(monkeypatch):
    queue, chat = MemoryQueue(*STORY), MemoryChat()
    events, breaks = queue.events, iter([True, True])

    async def breaking(job):
        async for event in events(job):
            if isinstance(event, FrameDone) and next(breaks, False):
                raise OSError("the server closed the connection")
            yield event

    monkeypatch.setattr(queue, "events", breaking)
    Following(queue, result).follow(chat, submitted(queue))
    await until(lambda: queue.told)
    assert kinds(chat)[-1] is ResultCard
    assert kinds(chat).count(ResultCard) == 1


async def test_a_job_that_is_followed_twice_is_told_once():
    queue, chat = MemoryQueue(*STORY), MemoryChat()
    following = Following(queue, result)
    job = submitted(queue)
    following.follow(chat, job, ("a remark",))
    following.follow(chat, job)
    await until(lambda: queue.told)
    assert kinds(chat) == [QueuedCard, ProgressCard, ProgressCard, ResultCard]


@pytest.mark.parametrize("failures", [0, 1])
async def test_where_the_chat_had_to_answer_in_another_message_it_goes_on_there(failures):
    """Also in the next run of the bot, and if that could not be noted at once."""
    queue = MemoryQueue(Started(frames=3), 0.02, FrameDone(done=1, frames=3, elapsed=1.0), 60.0)
    queue.failures = failures
    chat, later = MemoryChat(moves=True), MemoryChat()
    before = Following(queue, result)
    job = submitted(queue)
    before.follow(chat, job)
    await until(lambda: queue.requests[job.id].conversation["message"] == "another")
    await before.close()
    queue.endings[job.id] = FINISHED
    await restart(queue, later)
    await until(lambda: queue.told)
    assert [place["message"] for place in chat.conversations] == ["m1", "another"][
        : len(chat.cards)
    ]
    assert later.conversations == [{"channel": "c1", "message": "another"}]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ExpiredError(), "This animation is no longer kept; make it again from its prompts."),
        (ValueError("secret"), "Something went wrong on our side with the finished animation."),
    ],
)
async def test_an_animation_that_can_not_be_shown_any_more_is_owned_up_to(problem, words):
    def broken(request, event):
        raise problem

    queue, chat = MemoryQueue(*STORY), MemoryChat()
    Following(queue, broken).follow(chat, submitted(queue))
    assert await chat.shown(TextCard) == TextCard(words, error=True)
    await until(lambda: queue.told)


async def test_a_job_that_is_not_in_the_queue_any_more_is_left_in_peace(monkeypatch, caplog):
    queue = MemoryQueue()

    async def unknown(job):
        raise JobError("There is no such job.")

    monkeypatch.setattr(queue, "ending", unknown)
    Following(queue, result).follow(MemoryChat(), submitted(queue))
    await until(lambda: "is not in the queue any more" in caplog.text)
    await asyncio.sleep(0.05)
    assert len(caplog.records) == 1
