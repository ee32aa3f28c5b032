"""From a command to its cards, the same in every chat."""

import asyncio
import base64
import errno
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from bot import presenter as presenter_module
from bot import replies
from bot.cards import ProgressCard, PromptsCard, QueuedCard, ResultCard, TextCard, WaitingCard
from bot.commands import Keyframes
from bot.keyframes import KeyframeFinder
from bot.port import Incoming
from bot.presenter import Presenter
from engine.errors import DiskFullError, InputError, JobError, MediaError
from engine.events import Cancelled, Failed, Finished, FrameDone, Queued, Started
from engine.media.keyframes import Mark
from engine.storage import ONE_BOX
from tests.support.memory import MemoryChat, MemoryQueue

PREVIEW = base64.b64encode(b"a picture").decode()
WHOLE_STORY = (
    Queued(position=2, seconds=120),
    0.03,
    Queued(position=1),
    0.03,
    Started(frames=4),
    0.03,
    FrameDone(done=2, frames=4, elapsed=3.0, preview=PREVIEW),
    0.03,
    FrameDone(done=3, frames=4, elapsed=6.0),
    0.03,
    Finished(session="ab" * 12, file="animation.mp4", seconds=8.0),
)


class Sessions:
    """Every session there could be, as the presenter needs it."""

    storage = ONE_BOX
    root = Path("/sessions")

    def load(self, session):
        return SimpleNamespace(folder=Path("/sessions") / session)


@pytest.fixture
def start(configuration):
    def start(*story):
        queue = MemoryQueue(*story)
        return queue, Presenter(queue, Sessions(), configuration)

    return start


def command(text, user="memory:here:ann", attachments=()):
    return Incoming(user, text, {"channel": "c1", "message": "m1"}, attachments)


async def test_the_whole_story_of_a_job_is_shown_in_one_message(start):
    _, presenter = start(*WHOLE_STORY)
    chat = MemoryChat()
    await presenter.handle(chat, command("0: a corgi | 3: a lion --seed 7"))
    result = await chat.shown(ResultCard)
    places = [(c.position, c.seconds) for c in chat.cards if isinstance(c, QueuedCard)]
    assert places == [(2, 120), (1, None)]
    progress = [card for card in chat.cards if isinstance(card, ProgressCard)]
    assert [card.done for card in progress] == [0, 2, 3]
    assert [card.seconds_left for card in progress] == [None, 3.0, 2.0]
    assert [card.preview for card in progress] == [None, b"a picture", b"a picture"]
    assert result.title == "a corgi → a lion"
    assert result.file == Path("/sessions") / ("ab" * 12) / "animation.mp4"
    assert result.link == f"http://127.0.0.1:8080/s/{result.job}"
    assert result.local_link
    assert {str(c) for c in chat.conversations} == {"{'channel': 'c1', 'message': 'm1'}"}


async def test_the_request_that_is_queued_is_complete(start):
    queue, presenter = start()
    await presenter.handle(MemoryChat(), command("0: a | 9: b --fps 24"))
    (request,) = queue.requests.values()
    assert request.owner == "memory:here:ann"
    assert request.platform == "memory"
    assert request.conversation == {"channel": "c1", "message": "m1"}
    assert request.settings.diffusion.seed is not None
    assert request.settings.diffusion.width == 512
    assert request.settings.animation.frames == 10
    assert request.chosen == {"prompts": "0: a | 9: b", "fps": "24"}


async def test_a_result_tells_its_seed_and_what_the_user_changed(start):
    _, presenter = start(*WHOLE_STORY)
    chat = MemoryChat()
    await presenter.handle(
        chat, command("0: a | 9: b --seed 7 --guidance-scale 3 --format gif --use-fixed-latent")
    )
    result = await chat.shown(ResultCard)
    assert result.details == (
        ("seed", "7"),
        ("guidance_scale", "3"),
        ("use_fixed_latent", "on"),
        ("format", "gif"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0: a --steps 0", "steps: '0' won't do"),
        ("1000000000: a", "the most here is 2400 frames"),
        ("0: a --model other", "model: 'other' is not here; choose small"),
        ("0: a --nope 1", "--nope: there is no such setting"),
    ],
)
async def test_a_wrong_command_is_answered_at_once_and_queues_nothing(start, text, words):
    queue, presenter = start()
    chat = MemoryChat()
    await presenter.handle(chat, command(text))
    (card,) = chat.cards
    assert isinstance(card, TextCard)
    assert card.error
    assert words in card.text
    assert not queue.requests


class Upload:
    """A picture that comes with a command."""

    name, size = "picture.png", 100

    async def save(self, target, limit):
        Image.new("RGB", (64, 64), "red").save(target, "PNG")


async def test_a_job_the_queue_refuses_is_answered_at_once_and_leaves_no_files(
    start, configuration, monkeypatch
):
    queue, presenter = start()

    async def refuse(request, cost, limits):
        assert (configuration.service.data / request.inputs.image).exists()
        raise InputError("queue", "10 animations of yours wait already", "cancel one")

    monkeypatch.setattr(queue, "submit", refuse)
    chat = MemoryChat()
    await presenter.handle(chat, command("0: a | 9: b", attachments=(Upload(),)))
    (card,) = chat.cards
    assert card == TextCard("queue: 10 animations of yours wait already; cancel one", error=True)
    assert not list(configuration.inputs.iterdir())


async def test_help_is_an_answer_not_a_job(start):
    queue, presenter = start()
    chat = MemoryChat()
    await presenter.handle(chat, command("help"))
    await presenter.handle(chat, command("/giffusion help angle"))
    assert "--guidance-scale" in chat.cards[0].text
    assert chat.cards[1].text.startswith("--angle: Degrees a frame")
    assert not chat.cards[0].error
    assert not queue.requests


async def test_help_is_in_the_language_of_whoever_asks(start):
    _, presenter = start()
    chat = MemoryChat()
    await presenter.handle(chat, replace(command("help angle"), locale="zh-CN"))
    await presenter.handle(chat, replace(command("help angle"), locale="fr"))
    assert chat.cards[0].text.startswith("--angle：每帧旋转度数")
    assert chat.cards[1].text.startswith("--angle: Degrees a frame")


KEYFRAMES = PromptsCard("3 keyframes", "0: … | 12: …", b"a picture", "a wave")


@pytest.fixture
def found(monkeypatch):
    """What was asked of the finder of keyframes; its answer can be replaced."""
    asked = SimpleNamespace(questions=[], answer=KEYFRAMES)

    async def find(self, command, attachments, room, language):
        asked.questions.append((command, attachments, room))
        if isinstance(asked.answer, Exception):
            raise asked.answer
        return asked.answer

    monkeypatch.setattr(KeyframeFinder, "find", find)
    return asked


async def test_keyframes_are_an_answer_not_a_job_and_asking_is_acknowledged_first(start, found):
    queue, presenter = start()
    chat, song = MemoryChat(), SimpleNamespace(name="song.wav", size=9)
    await presenter.handle(chat, command("keyframes --fps 24 --beats", attachments=(song,)))
    assert chat.cards == [WaitingCard("Listening…"), KEYFRAMES]
    ((asked, attachments, room),) = found.questions
    assert asked == Keyframes({"fps": "24"}, Mark.BEATS)
    assert attachments == (song,)
    assert room == 2000  # what this chat takes in a message
    assert not queue.requests


async def test_keyframes_of_nothing_are_refused_with_how_a_song_is_attached(start, found):
    _, presenter = start()
    chat = MemoryChat()
    await presenter.handle(chat, command("keyframes"))
    sentence = "keyframes: no song or clip is attached; hand it over with the words"
    assert chat.cards == [TextCard(sentence, error=True)]
    assert not found.questions


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (MediaError("audio.mp3 is damaged"), "audio.mp3 is damaged"),
        (RuntimeError("secret path"), presenter_module._OUR_FAULT),
    ],
)
async def test_keyframes_that_can_not_be_found_are_answered_in_one_sentence(
    start, found, failure, words
):
    _, presenter = start()
    chat, found.answer = MemoryChat(), failure
    await presenter.handle(chat, command("keyframes", attachments=(object(),)))
    assert chat.cards == [WaitingCard("Listening…"), TextCard(words, error=True)]


async def test_a_chat_that_is_away_for_a_moment_still_gets_the_keyframes(start, found, monkeypatch):
    monkeypatch.setattr(replies, "LAST_CARD_PAUSES", (0.01, 0.01))
    _, presenter = start()
    chat = MemoryChat(failures=3)
    await presenter.handle(chat, command("keyframes", attachments=(object(),)))
    assert chat.cards == [KEYFRAMES]


async def test_a_fault_of_ours_is_an_apology_without_its_insides(start, monkeypatch):
    queue, presenter = start()

    async def broken(request, cost, limits):
        raise RuntimeError("secret path")

    monkeypatch.setattr(queue, "submit", broken)
    chat = MemoryChat()
    await presenter.handle(chat, command("0: a"))
    assert chat.cards == [TextCard(presenter_module._OUR_FAULT, error=True)]


DISK_FULL = TextCard(
    "The bot's disk is full; try again when its operator has made room.", error=True
)


async def test_where_little_room_is_left_new_requests_are_refused_and_help_is_not(
    start, configuration, monkeypatch
):
    queue, presenter = start()
    monkeypatch.setattr("engine.disk.free_bytes", lambda _: 499 * 2**20)
    chat, song = MemoryChat(), SimpleNamespace(name="song.wav", size=9)
    await presenter.handle(chat, command("0: a"))
    await presenter.handle(chat, command("keyframes", attachments=(song,)))
    assert chat.cards == [DISK_FULL, DISK_FULL]
    assert not queue.requests
    assert not configuration.inputs.exists()
    await presenter.handle(chat, command("help"))
    monkeypatch.setattr("engine.disk.free_bytes", lambda _: 501 * 2**20)
    await presenter.handle(chat, command("0: a"))
    assert not chat.cards[2].error
    assert queue.requests


class Picture:
    """An attached picture."""

    name, size = "corgi.png", 99

    def __init__(self, failure=None):
        self.failure = failure

    async def save(self, target, limit):
        Image.new("RGB", (64, 64)).save(target, "PNG")
        if self.failure:
            raise self.failure


@pytest.mark.parametrize("where", ["its file", "the store"])
async def test_a_request_that_meets_a_full_disk_leaves_no_file_behind(
    start, configuration, monkeypatch, where
):
    queue, presenter = start()
    full = OSError(errno.ENOSPC, "No space left on device")

    async def submit(request, cost, limits):
        assert (configuration.service.data / request.inputs.image).exists()
        raise DiskFullError from full

    monkeypatch.setattr(queue, "submit", submit)
    picture = Picture(full if where == "its file" else None)
    chat = MemoryChat()
    await presenter.handle(chat, command("0: a", attachments=(picture,)))
    assert chat.cards == [DISK_FULL]
    assert list(configuration.inputs.iterdir()) == []


@pytest.mark.parametrize("story", [(Queued(position=1),), (Started(frames=9), 0.1)])
async def test_remarks_on_the_command_are_shown_even_if_it_never_waits(start, story):
    _, presenter = start(*story)
    chat = MemoryChat()
    await presenter.handle(chat, command("0: a | 9: b --width 130"))
    card = await chat.shown(QueuedCard)
    assert card.notes == ("width 130 became 128: small draws in steps of 8",)


@pytest.mark.parametrize(
    ("ending", "card"),
    [
        (
            Failed(message="out of memory; make it smaller"),
            ("out of memory; make it smaller", True),
        ),
        (Cancelled(), ("Cancelled.", False)),
    ],
)
async def test_every_other_ending_is_told(start, ending, card):
    _, presenter = start(Started(frames=1), ending)
    chat = MemoryChat()
    await presenter.handle(chat, command("0: a"))
    shown = await chat.shown(TextCard)
    assert (shown.text, shown.error) == card


async def test_edits_keep_the_pause_the_chat_asks_for_and_the_result_still_comes(start):
    frames = [FrameDone(done=i, frames=99, elapsed=i / 10) for i in range(1, 100)]
    story = [part for frame in frames for part in (frame, 0.002)]
    _, presenter = start(*story, Finished(session="ab" * 12, file="a.gif", seconds=1.0))
    chat = MemoryChat(edit_seconds=0.05)
    await presenter.handle(chat, command("0: a"))
    await chat.shown(ResultCard)
    assert 2 <= len(chat.cards) < 15


async def test_only_the_owner_can_cancel(start):
    queue, presenter = start(60.0)
    await presenter.handle(MemoryChat(), command("0: a"))
    (job,) = queue.requests
    with pytest.raises(JobError, match="Only the person who asked"):
        await presenter.cancel(job, "memory:here:bob")
    assert await presenter.cancel(job, "memory:here:ann") == "Cancelled."
    assert queue.cancelled == [job]
    with pytest.raises(JobError, match="no such job"):
        await presenter.cancel("f" * 24, "memory:here:ann")
    await presenter.close()


async def test_what_is_finished_can_be_kept_and_its_card_says_how_much_that_is(start):
    end = Finished(session="ab" * 12, file="a.gif", seconds=1.0, stopped_after=37)
    queue, presenter = start(0.5, end)
    chat = MemoryChat()
    await presenter.handle(chat, command("0: a"))
    (job,) = queue.requests
    said = await presenter.cancel(job, "memory:here:ann", keep=True)
    assert said == "Stopping. What is finished becomes the animation."
    assert queue.kept == [job]
    card = await chat.shown(ResultCard)
    assert ("stopped after", "37 frames") in card.details


async def test_an_admin_can_cancel_anybodys_job(start, configuration, monkeypatch):
    admins = configuration.queue.model_copy(update={"admins": ("memory:*:mod",)})
    monkeypatch.setitem(configuration.__dict__, "queue", admins)
    queue, presenter = start(60.0)
    await presenter.handle(MemoryChat(), command("0: a"))
    (job,) = queue.requests
    assert await presenter.cancel(job, "memory:here:mod") == "Cancelled."
    assert queue.cancelled == [job]
    await presenter.close()


async def test_after_a_restart_open_jobs_are_followed_again(start, configuration):
    queue, before = start(60.0)
    await before.handle(MemoryChat(), command("0: a"))
    await before.close()
    queue.story = WHOLE_STORY
    chat = MemoryChat()
    after = Presenter(queue, Sessions(), configuration)
    await after.resume({"memory": chat})
    assert (await chat.shown(ResultCard)).title == "a"
    assert chat.conversations[-1] == {"channel": "c1", "message": "m1"}


async def test_closing_leaves_no_task_behind(start):
    _, presenter = start(60.0)
    await presenter.handle(MemoryChat(), command("0: a"))
    await presenter.close()
    names = [task.get_name() for task in asyncio.all_tasks()]
    assert not [name for name in names if name.startswith("follow")]


async def test_a_chat_that_is_not_there_at_this_start_gets_its_results_at_a_later_one(
    start, configuration
):
    queue, before = start(60.0)
    await before.handle(MemoryChat(), command("0: a"))
    await before.close()
    queue.story = WHOLE_STORY
    without = Presenter(queue, Sessions(), configuration)
    await without.resume({})
    await asyncio.sleep(0.1)
    await without.close()
    chat = MemoryChat()
    await Presenter(queue, Sessions(), configuration).resume({"memory": chat})
    assert await chat.shown(ResultCard)


LOST = TextCard("I was restarted before I could answer this; please send it again.", error=True)


async def cut_short(start, found, monkeypatch, text):
    """The bot ends while it works on a command."""
    queue, presenter = start()
    begun = asyncio.Event()

    async def forever(*_):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(KeyframeFinder, "find", forever)
    monkeypatch.setattr(queue, "submit", forever)
    handling = asyncio.create_task(
        presenter.handle(MemoryChat(), command(text, attachments=(Upload(),)))
    )
    await begun.wait()
    handling.cancel()
    await asyncio.gather(handling, return_exceptions=True)
    return queue


@pytest.mark.parametrize("text", ["keyframes", "0: a"])
async def test_a_command_that_a_stop_cut_short_is_owned_up_to_once_after_the_restart(
    start, found, configuration, monkeypatch, text
):
    queue = await cut_short(start, found, monkeypatch, text)
    without_the_chat = Presenter(queue, Sessions(), configuration)
    await without_the_chat.resume({})
    chat = MemoryChat(failures=1)
    monkeypatch.setattr("bot.following._PAUSES", (0.01,))
    await Presenter(queue, Sessions(), configuration).resume({"memory": chat})
    assert await chat.shown(TextCard) == LOST
    await asyncio.sleep(0.05)
    await Presenter(queue, Sessions(), configuration).resume({"memory": chat})
    await asyncio.sleep(0.05)
    assert chat.cards == [LOST]


async def test_a_command_that_is_answered_or_queued_is_never_said_to_be_lost(start, configuration):
    queue, presenter = start(60.0)
    chat = MemoryChat()
    for text in ("help", "0: a", "0: a --steps 0"):
        await presenter.handle(chat, command(text))
    await presenter.close()
    after = MemoryChat()
    await Presenter(queue, Sessions(), configuration).resume({"memory": after})
    await asyncio.sleep(0.05)
    assert LOST not in after.cards


async def test_a_command_whose_job_was_queued_just_before_a_kill_is_not_said_to_be_lost(
    start, configuration, monkeypatch
):
    queue, presenter = start(60.0)
    submit = queue.submit

    async def killed_after(request, cost, limits):
        await submit(request, cost, limits)
        raise asyncio.CancelledError

    monkeypatch.setattr(queue, "submit", killed_after)
    with pytest.raises(asyncio.CancelledError):
        await presenter.handle(MemoryChat(), command("0: a"))
    queue.story = WHOLE_STORY
    after = MemoryChat()
    await Presenter(queue, Sessions(), configuration).resume({"memory": after})
    await after.shown(ResultCard)
    assert LOST not in after.cards


async def test_a_note_that_a_kill_left_half_written_stops_nothing(start, configuration):
    notes = configuration.service.data / "unanswered"
    notes.mkdir(parents=True)
    (notes / "half.json").write_text('{"platform": "mem')
    _, presenter = start()
    await presenter.resume({"memory": MemoryChat()})
    assert not list(notes.iterdir())
