"""New animations made of earlier ones, of presets, and of what a user writes besides."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from bot.cards import TextCard
from bot.commands import Animate, parse_changes
from bot.port import HouseRules, Incoming
from bot.presenter import Presenter
from engine.request import Inputs
from engine.sessions.local import LocalSessions
from tests.support.memory import MemoryChat, MemoryQueue
from tests.support.past import ANN, made, picture

ANYWHERE = HouseRules()


@dataclass
class File:
    """A file that comes with a command."""

    path: Path
    name: str = "file"

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    async def save(self, target: Path, limit: int) -> None:
        target.write_bytes(self.path.read_bytes())


@pytest.fixture
def queue():
    return MemoryQueue()


@pytest.fixture
def sessions(configuration):
    return LocalSessions(configuration.sessions)


@pytest.fixture
def ask(queue, sessions, configuration):
    """Gives a command; the request that it queued, or the words of its refusal."""
    presenter = Presenter(queue, sessions, configuration)

    async def ask(command, *files, rules=ANYWHERE, user=ANN):
        chat = MemoryChat()
        before = set(queue.requests)
        attachments = tuple(File(file) for file in files)
        await presenter.handle(chat, Incoming(user, command, {"channel": 1}, attachments, rules))
        new = [request for job, request in queue.requests.items() if job not in before]
        if new:
            return new[0]
        (card,) = chat.cards
        assert isinstance(card, TextCard) and card.error
        return card.text

    yield ask


def started_from(folder, configuration, name="image.png", colour="red"):
    return Inputs(image=picture(configuration.inputs / folder / name, colour))


def size_of(file):
    with Image.open(file) as opened:
        return opened.size


async def test_again_is_the_same_with_another_seed(ask, configuration, sessions):
    first = made(configuration, sessions, {"prompts": "0: a | 9: b", "zoom": "1.02", "seed": 5})

    request = await ask(Animate({"seed": None}, like=first.id))

    assert request.settings.prompts.prompts == "0: a | 9: b"
    assert request.settings.motion.zoom.text == "1.02"
    assert request.settings.diffusion.seed != 5
    assert request.chosen == {"prompts": "0: a | 9: b", "zoom": "1.02"}


async def test_what_is_written_in_a_reply_goes_over_what_the_animation_had(
    ask, configuration, sessions
):
    first = made(configuration, sessions, {"prompts": "0: a | 9: b", "zoom": "1.02", "seed": 5})

    request = await ask(parse_changes("--zoom 1.1 --format gif", first.id))

    assert request.settings.motion.zoom.text == "1.1"
    assert request.settings.output.format == "gif"
    assert request.settings.diffusion.seed == 5, "the same picture, moved otherwise"


async def test_the_picture_an_animation_started_from_is_used_again_months_later(
    ask, configuration, sessions
):
    inputs = started_from("0" * 24, configuration)
    first = made(configuration, sessions, {"prompts": "0: a"}, inputs=inputs)
    inputs.image.unlink()  # as the housekeeping does after a day

    request = await ask(Animate({"seed": None}, like=first.id))

    used = request.inputs.below(configuration.service.data).image
    assert size_of(used) == (96, 64)
    assert used.parent.name == request.id, "kept for this job, whatever becomes of that session"


async def test_a_new_clip_or_picture_takes_the_place_of_the_old_picture(
    ask, configuration, sessions, tmp_path
):
    first = made(
        configuration,
        sessions,
        {"prompts": "0: a"},
        inputs=started_from("0" * 24, configuration, colour="red"),
    )
    blue = picture(tmp_path / "blue.png", "blue")

    request = await ask(Animate(like=first.id), blue)

    used = request.inputs.below(configuration.service.data).image
    with Image.open(used) as opened:
        assert opened.getpixel((0, 0)) == (0, 0, 255)


async def test_a_picture_that_is_not_kept_any_more_is_asked_for(ask, configuration, sessions):
    inputs = started_from("0" * 24, configuration)
    first = made(configuration, sessions, {"prompts": "0: a"}, inputs=inputs)
    for kept in first.folder.glob("image.*"):
        kept.unlink()
    inputs.image.unlink()

    words = await ask(Animate(like=first.id))

    assert words == "image: the file of that animation isn't kept any more; attach it again"


async def test_an_animation_that_is_gone_can_not_be_made_again(ask):
    assert await ask(Animate(like="ab" * 12)) == "There is no such animation any more."


async def test_one_of_an_earlier_version_is_made_again_from_what_it_differs_in(
    ask, configuration, sessions
):
    first = made(configuration, sessions, {"prompts": "0: a", "zoom": "1.02", "seed": 5})
    record = first.folder / "session.json"
    text = record.read_text().replace('"chosen"', '"of_no_meaning"')
    record.write_text(text)

    request = await ask(Animate(like=first.id))

    assert request.settings.motion.zoom.text == "1.02"
    assert request.settings.diffusion.seed == 5


async def test_a_preset_is_taken_first_and_own_settings_over_it(ask):
    request = await ask("0: a | 9: b --preset slow-zoom --zoom 1.3")
    plain = await ask("0: a | 9: b")

    assert request.settings.motion.zoom.text == "1.3"
    assert request.settings != plain.settings.updated({"zoom": "1.3"})


async def test_an_unknown_preset_is_refused(ask):
    assert "did you mean slow-zoom?" in await ask("0: a --preset slow-zom")


async def test_a_places_own_preset_is_taken_where_none_is_named(ask, configuration):
    rules = HouseRules(preset="slow-zoom")
    usual = configuration.presets["slow-zoom"].settings

    request = await ask("0: a | 9: b", rules=rules)

    assert set(usual) <= set(request.chosen)


async def test_a_places_own_limit_holds(ask, queue):
    assert "the most here is 5 frames" in await ask("9: a", rules=HouseRules(frames=5))
    await ask("4: a", rules=HouseRules(frames=5, user_jobs=1))
    assert queue.limits.user_jobs == 1
    await ask("4: a", rules=HouseRules(user_jobs=10**6))
    assert queue.limits.user_jobs == 10, "never more than the operator allows"


async def test_a_model_for_adults_draws_in_places_for_adults_only(
    queue, sessions, configuration, ask, monkeypatch
):
    entry = configuration.models["small"].model_copy(update={"age_restricted": True})
    monkeypatch.setitem(configuration.models, "small", entry)

    assert await ask("0: a") == (
        "model: small draws in age-restricted channels only; choose another one"
    )
    assert (await ask("0: a", rules=HouseRules(age_restricted=True))).id in queue.requests
