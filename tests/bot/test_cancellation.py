"""What `cancel` stops, in users' words, and what it says."""

from collections.abc import Awaitable, Callable

import pytest

from bot.cards import Card, ListCard, TextCard
from bot.port import Incoming
from bot.presenter import Presenter
from engine.configuration import Configuration
from engine.sessions.local import LocalSessions
from tests.support.memory import MemoryChat, MemoryQueue
from tests.support.past import ANN, BEN

Ask = Callable[..., Awaitable[Card]]


@pytest.fixture
def queue() -> MemoryQueue:
    return MemoryQueue()


@pytest.fixture
def ask(queue: MemoryQueue, configuration: Configuration) -> Ask:
    presenter = Presenter(queue, LocalSessions(configuration.sessions), configuration)

    async def ask(text: str, user: str = ANN) -> Card | None:
        chat = MemoryChat()
        await presenter.handle(chat, Incoming(user, text, {"channel": 1}))
        return chat.cards[-1] if chat.cards else None

    return ask


def titles(queue: MemoryQueue) -> list[str]:
    """The prompts of what was cancelled."""
    return [queue.requests[job].settings.prompts.prompts for job in queue.cancelled]


async def test_alone_it_stops_the_only_one(ask: Ask, queue: MemoryQueue) -> None:
    await ask("0: a secret", BEN)
    await ask("0: a corgi")

    assert await ask("cancel") == TextCard("Cancelled: a corgi")
    assert titles(queue) == ["0: a corgi"]


async def test_where_there_are_several_it_asks_which_one_and_stops_none(
    ask: Ask, queue: MemoryQueue
) -> None:
    await ask("0: a corgi")
    await ask("0: a secret", BEN)
    await ask("0: a lion")

    card = await ask("cancel")

    assert isinstance(card, ListCard)
    assert [(row.position, row.title) for row in card.rows] == [(0, "a corgi"), (2, "a lion")]
    assert all(row.job for row in card.rows)
    assert "cancel 2" in card.note and "cancel now" in card.note and "cancel all" in card.note
    assert queue.cancelled == []


@pytest.mark.parametrize(
    ("text", "stopped"),
    [
        ("cancel 2", "0: a lion"),
        ("cancel 02", "0: a lion"),
        ("cancel now", "0: a corgi"),
        ("cancel 0", "0: a corgi"),
    ],
)
async def test_a_place_tells_which_one(
    ask: Ask, queue: MemoryQueue, text: str, stopped: str
) -> None:
    await ask("0: a corgi")
    await ask("0: a secret", BEN)
    await ask("0: a lion")

    await ask(text)

    assert titles(queue) == [stopped]


async def test_all_are_ones_own(ask: Ask, queue: MemoryQueue) -> None:
    await ask("0: a corgi")
    await ask("0: a secret", BEN)
    await ask("0: a lion")

    assert await ask("cancel all") == TextCard("2 of your animations are cancelled.")
    assert titles(queue) == ["0: a corgi", "0: a lion"]


async def test_all_but_one_that_has_just_ended(ask: Ask, queue: MemoryQueue) -> None:
    await ask("0: a corgi")
    await ask("0: a lion")
    over, _ = queue.requests
    queue.cancelled.append(over)

    assert await ask("cancel all") == TextCard("Cancelled: a lion")
    assert await ask("cancel all") == TextCard("This job is over already.", error=True)


@pytest.mark.parametrize("text", ["cancel 1", "cancel 7"])
async def test_at_others_places_and_at_none_nothing_is_stopped(
    ask: Ask, queue: MemoryQueue, text: str
) -> None:
    await ask("0: a corgi")
    await ask("0: a secret", BEN)

    card = await ask(text)

    assert isinstance(card, TextCard) and card.error
    assert card.text.startswith("None of your animations is at this place")
    assert queue.cancelled == []


async def test_whoever_has_none_is_told_so(ask: Ask, queue: MemoryQueue) -> None:
    await ask("0: a secret", BEN)
    for text in ("cancel", "cancel 0", "cancel all"):
        assert await ask(text) == TextCard("You have no animation in the queue.", error=True)
    assert queue.cancelled == []


@pytest.mark.parametrize("which", ["everything", "-1", "²", "9" * 5000])
async def test_what_means_none_is_answered_with_what_would(ask: Ask, which: str) -> None:
    await ask("0: a corgi")
    card = await ask(f"cancel {which}")
    assert isinstance(card, TextCard) and card.error


async def test_by_its_id_an_admin_stops_anybodys_and_others_their_own(
    ask: Ask, queue: MemoryQueue, configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask("0: a secret", BEN)
    (job,) = queue.requests

    refused = await ask(f"cancel {job}")
    assert isinstance(refused, TextCard) and refused.text.startswith("Only the person who asked")
    assert queue.cancelled == []

    admins = configuration.queue.model_copy(update={"admins": (ANN,)})
    monkeypatch.setitem(configuration.__dict__, "queue", admins)
    assert await ask(f"cancel {job}") == TextCard("Cancelled.")
    assert queue.cancelled == queue.by_admins == [job]


async def test_in_another_server_of_discord_it_is_still_ones_own(
    ask: Ask, queue: MemoryQueue
) -> None:
    await ask("0: a corgi", "discord:1:77")
    (job,) = queue.requests
    assert await ask(f"cancel {job}", "discord:2:77") == TextCard("Cancelled.")
    assert queue.by_admins == []


async def test_an_id_of_nothing_is_told_to_be_none(ask: Ask) -> None:
    assert await ask(f"cancel {'ab' * 12}") == TextCard("There is no such job.", error=True)
