"""Animations found by name, shown again, named and deleted; lists and suggestions."""

import pytest

from bot.cards import ListCard, PromptsCard, ResultCard, Row, TextCard
from bot.commands import Models, Presets, Queue, Sessions
from bot.port import Incoming
from bot.presenter import Presenter
from engine.errors import ExpiredError, InputError, JobError
from engine.sessions.local import LocalSessions
from tests.support.memory import MemoryChat, MemoryQueue
from tests.support.past import ANN, BEN, made


@pytest.fixture
def sessions(configuration):
    return LocalSessions(configuration.sessions)


@pytest.fixture
def presenter(sessions, configuration):
    return Presenter(MemoryQueue(), sessions, configuration)


@pytest.fixture
def ask(presenter):
    async def ask(text, user=ANN):
        chat = MemoryChat()
        await presenter.handle(chat, Incoming(user, text, {"channel": 1}))
        return chat.cards[-1] if chat.cards else None

    return ask


@pytest.fixture
def cat(configuration, sessions):
    return made(
        configuration, sessions, {"prompts": "0: a cat | 9: a lion", "zoom": "1.02", "seed": 5}
    )


async def test_an_animation_is_named_and_found_by_its_name_its_id_and_its_link(presenter, cat):
    assert await presenter.save(cat.id, ANN, "The cat") == "Saved as The cat."
    for text in ("The cat", cat.id, f"https://bot.example/s/{cat.id}"):
        assert await presenter.find(ANN, text) == cat.id


async def test_a_name_that_is_none_and_an_animation_that_is_none_are_refused(presenter, cat):
    with pytest.raises(InputError, match="name"):
        await presenter.save(cat.id, ANN, "  ")
    with pytest.raises(JobError):
        await presenter.save("ab" * 12, ANN, "The cat")
    with pytest.raises(JobError):
        await presenter.find(ANN, "no such name")


async def test_loading_shows_all_settings_ready_to_be_changed(ask, cat):
    card = await ask(f"session load {cat.id}")
    assert isinstance(card, PromptsCard)
    assert card.to_copy == "0: a cat | 9: a lion --seed 5 --zoom 1.02"
    assert card.ready


async def test_loading_some_groups_shows_those_alone(ask, cat):
    card = await ask(f"session load {cat.id} --groups motion")
    assert card.to_copy == "--zoom 1.02"
    assert "there is no group moton" in (await ask(f"session load {cat.id} --groups moton")).text


async def test_an_animation_is_shown_again_with_what_it_was_made_from(presenter, cat):
    card = await presenter.result(cat.id)
    assert isinstance(card, ResultCard)
    assert card.file.read_bytes() == b"film"
    assert card.prompts == "0: a cat\n9: a lion"
    assert card.details == (("seed", "5"), ("zoom", "1.02"))


async def test_only_its_owner_an_admin_or_a_moderator_deletes_an_animation(
    presenter, configuration, sessions, cat, monkeypatch
):
    with pytest.raises(JobError, match="Only the person who asked"):
        await presenter.delete(cat.id, BEN)
    await presenter.delete(cat.id, BEN, moderator=True)
    with pytest.raises(ExpiredError):
        await presenter.result(cat.id)

    other = made(configuration, sessions, {"prompts": "0: a"})
    await presenter.delete(other.id, ANN)

    third = made(configuration, sessions, {"prompts": "0: a"})
    queue = configuration.queue.model_copy(update={"admins": ("memory:*:ben",)})
    monkeypatch.setitem(configuration.__dict__, "queue", queue)
    await presenter.delete(third.id, BEN)


async def test_the_queue_tells_mine_by_name_and_others_by_place(ask):
    await ask("0: a corgi")
    await ask("0: a secret", BEN)

    card = await ask("queue")

    mine, others = card.rows
    assert (mine.title, mine.position) == ("a corgi", 0)
    assert mine.job
    assert others == Row("", position=1, seconds=60)


async def test_an_empty_queue_says_so(ask):
    card = await ask("queue")
    assert (card.rows, card.note) == ((), "Nothing waits.")


async def test_one_sees_what_one_has_made_and_nobody_elses(ask, cat, configuration, sessions):
    made(configuration, sessions, {"prompts": "0: a secret"}, owner=BEN)
    await ask(f"session save {cat.id} as My cat")

    card = await ask("sessions")

    assert isinstance(card, ListCard)
    (row,) = card.rows
    assert row.title == "My cat" and cat.id in row.text
    assert (row.session, row.link) == (cat.id, "")  # a page on this machine is nobody else's


async def test_what_one_has_made_opens_where_the_bot_has_a_public_address(
    ask, cat, configuration, monkeypatch
):
    public = configuration.service.model_copy(update={"public_url": "https://bot.example/"})
    monkeypatch.setitem(configuration.__dict__, "service", public)
    (row,) = (await ask("sessions")).rows
    assert row.link == f"https://bot.example/s/{cat.id}"


async def test_models_and_presets_are_listed(ask, configuration):
    models = await ask("models")
    assert [row.title for row in models.rows] == ["small"]
    presets = await ask("presets")
    assert [row.title for row in presets.rows] == list(configuration.presets)


async def test_what_is_listed_can_be_had_for_a_chat_to_show_by_itself(ask, presenter, cat):
    await ask("0: a corgi")
    await ask("0: a secret", BEN)
    mine, others = (await presenter.list_card(ANN, Queue())).rows
    assert (mine.title, others.title) == ("a corgi", "")
    assert [row.session for row in (await presenter.list_card(ANN, Sessions())).rows] == [cat.id]
    assert (await presenter.list_card(ANN, Models())).rows == (await ask("models")).rows
    assert (await presenter.list_card(ANN, Presets())).rows == (await ask("presets")).rows


async def test_ones_own_in_the_queue_are_suggested(ask, presenter):
    await ask("0: a corgi")
    await ask("0: a secret", BEN)
    await ask("0: a lion")
    first, last = await presenter.suggest("job", ANN, "")
    assert (first[0], last[0]) == ("▶ · a corgi", "2 · a lion")
    assert await ask(f"cancel {last[1]}") == TextCard("Cancelled.")


async def test_what_is_typed_narrows_what_is_suggested(presenter, cat):
    assert await presenter.suggest("session", ANN, "lion") == [("0: a cat | 9: a lion", cat.id)]
    assert await presenter.suggest("session", BEN, "") == []
    assert await presenter.suggest("scheduler", ANN, "eul") == [
        ("euler", "euler"),
        ("euler_ads", "euler_ads"),
    ]
    assert ("small", "small") in await presenter.suggest("model", ANN, "")
    assert all("zoom" in label for label, _ in await presenter.suggest("preset", ANN, "ZOOM"))


async def test_inspiration_is_ready_to_be_animated(ask):
    card = await ask("inspire cats at night")
    assert isinstance(card, PromptsCard)
    assert (card.ready, card.topics) == (True, "cats at night")
    assert card.to_copy.startswith("0: ")
    assert await ask(card.to_copy) is None, "it is queued: nothing is wrong with it"
