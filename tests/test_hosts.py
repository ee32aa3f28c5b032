"""Several hosts with one store: what one of them begins, any other one finishes and shows."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from bot.assembly import Assembly
from bot.commands import Animate
from bot.port import Capabilities, Incoming
from bot.recollection import Recollection
from bot.submission import Submission
from engine.assignment import Assignment
from engine.configuration import Configuration, load_configuration
from engine.errors import JobError, RenderCancelled, StorageError
from engine.events import Event, FrameDone
from engine.planning.cost import Cost
from engine.production import Production
from engine.render import completion
from engine.render.checkpoints import Checkpoints
from engine.render.threads import use_threads
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from engine.storage import open_storage, shared
from engine.tables import Limits
from tests.support.tiny_pipeline import build_tiny_pipeline

COMMAND = {"prompts": "0: a red circle | 11: a blue star", "seed": "1", "batch_size": 1, "steps": 2}


class Host:
    """A data folder of its own, and what a bot and a worker on that host have."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.data = configuration.service.data
        storage = open_storage(configuration.storage.url, self.data)
        self.sessions = LocalSessions(configuration.sessions, storage)

    def render(self, request: RenderRequest, emit: Callable[[Event], None]) -> list[int]:
        """Which frames it drew."""
        drawn: list[int] = []

        def tell(event: Event) -> None:
            if isinstance(event, FrameDone):
                drawn.append(event.done)
            emit(event)

        production = Production(self.configuration, "cpu", self.sessions)
        production.render_session(request, Assignment(tell))
        production.forget(request.id)  # as the worker does once the ending is noted
        return drawn


class Accepting:
    """A queue that keeps, as JSON, what it is given."""

    def __init__(self) -> None:
        self.jobs: list[str] = []

    async def submit(self, request: RenderRequest, cost: Cost, limits: Limits) -> None:
        self.jobs.append(request.model_dump_json())


class Attached:
    name, size = "picture.png", 100

    async def save(self, target: Path, limit: int) -> None:
        Image.linear_gradient("L").convert("RGB").save(target, "PNG")


class Killed(BaseException):
    """What a SIGKILL is to a test."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    use_threads(1)
    return build_tiny_pipeline(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def new_host(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Host]:
    (tmp_path / "settings.toml").write_text(f'[models.tiny]\npath = "{model}"\nsteps = 2\n')
    monkeypatch.setenv("GIFFUSION_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("GIFFUSION_STORAGE__URL", f"file://{tmp_path / 'store'}")
    monkeypatch.setattr(completion, "SEGMENT_SECONDS", 0.0)

    def new_host(name: str) -> Host:
        monkeypatch.setenv("GIFFUSION_SERVICE__DATA", str(tmp_path / name))
        return Host(load_configuration())

    return new_host


async def submitted(host: Host, **changes: object) -> RenderRequest:
    """What a worker on any host reads from the queue."""
    queue = Accepting()
    recollection = Recollection(queue, host.sessions, host.configuration)
    assembly = Assembly(recollection, host.configuration)
    submission = Submission(queue, host.sessions, assembly, host.configuration)
    chat = SimpleNamespace(platform="web", capabilities=lambda _: Capabilities(10**7, 2000, 0.0))
    attachments = () if "resample" in changes else (Attached(),)
    incoming = Incoming("web:here:ann", "", {}, attachments)
    await submission.submit(chat, incoming, Animate({**COMMAND, **changes}))
    return RenderRequest.model_validate_json(queue.jobs[0])


def nothing(_: Event) -> None:
    pass


def killed_at(frame: int) -> Callable[[Event], None]:
    def die(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == frame:
            raise Killed

    return die


async def test_a_render_goes_on_on_another_host_and_is_shown_by_a_third(
    new_host, monkeypatch
) -> None:
    a, b, c, alone = (new_host(name) for name in ("a", "b", "c", "alone"))
    request = await submitted(a)
    assert not any(part.is_absolute() for part in request.inputs.files)
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "remove", lambda _: None)  # a killed process tidies nothing
        with pytest.raises(Killed):
            b.render(request, killed_at(6))
    shutil.rmtree(b.data)
    drawn = c.render(request, nothing)
    assert drawn == list(range(drawn[0], 13))
    assert 3 < drawn[0] <= 6
    shown = a.sessions.load(request.id)
    assert shown.request == request
    undisturbed = request.model_copy(update={"id": "0" * 24})
    alone.render(undisturbed, nothing)
    assert shown.result.read_bytes() == alone.sessions.load("0" * 24).result.read_bytes()
    assert shown.poster.exists()
    assert shown.inputs.image == shown.folder / "image.png"  # to make it again from, months later
    assert shown.inputs.image.exists()
    assert not list((a.data.parent / "store" / "work").rglob("*.mkv"))


async def test_a_segment_that_was_not_stored_yet_is_stored_by_its_host(
    new_host, monkeypatch, tmp_path: Path
) -> None:
    b, c = new_host("b"), new_host("c")
    request = await submitted(b)
    stored = tmp_path / "store" / "work" / request.id
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "remove", lambda _: None)
        with pytest.raises(Killed):
            b.render(request, killed_at(4))
        last = max(stored.glob("*.mkv"))
        last.unlink()
        with pytest.raises(Killed):
            b.render(request, killed_at(5))
    assert last.exists()
    assert c.render(request, nothing)[0] >= 4


async def test_an_earlier_result_is_drawn_over_on_any_host(new_host) -> None:
    a, b, c = (new_host(name) for name in "abc")
    b.render(first := await submitted(a), nothing)
    again = await submitted(a, resample=first.id, strength="0.5")
    c.render(again, nothing)
    assert a.sessions.load(again.id).request.inputs.video == Path(
        "sessions", first.id, "animation.mp4"
    )


async def test_requests_of_an_older_version_with_names_of_one_box_are_rendered(new_host) -> None:
    a = new_host("a")
    request = await submitted(a)
    older = request.model_copy(update={"inputs": request.inputs.below(a.data)})
    assert older.inputs.image.is_absolute()
    assert a.render(older, nothing)


async def test_a_session_is_shown_only_once_all_of_it_is_stored(new_host, monkeypatch) -> None:
    a, b = new_host("a"), new_host("b")
    request = await submitted(a)
    put = shared.SharedStorage._put

    def die_before_the_record(storage: shared.SharedStorage, file: Path) -> None:
        if file.name == "session.json":
            raise Killed
        put(storage, file)

    with monkeypatch.context() as patched:
        patched.setattr(shared.SharedStorage, "_put", die_before_the_record)
        with pytest.raises(Killed):
            b.render(request, nothing)
    with pytest.raises(JobError, match="no such session"):
        a.sessions.load(request.id)
    b.render(request, nothing)
    assert a.sessions.load(request.id).result.exists()


async def test_while_the_store_is_away_a_render_waits_and_new_requests_are_refused(
    new_host, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shared, "_PATIENCE_SECONDS", 0.0)
    a, b = new_host("a"), new_host("b")
    request = await submitted(a)
    away = tmp_path / "away"

    def go_away(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == 3:
            (tmp_path / "store").rename(away)
            threading.Timer(1.0, away.rename, [tmp_path / "store"]).start()

    assert b.render(request, go_away) == list(range(1, 13))
    assert a.sessions.load(request.id).result.exists()
    (tmp_path / "store").rename(away)
    with pytest.raises(StorageError):
        await submitted(a)
    assert [folder.name for folder in (a.data / "inputs").iterdir()] == [request.id]


async def test_a_render_that_waits_for_the_store_can_be_cancelled(new_host, tmp_path: Path) -> None:
    a, b = new_host("a"), new_host("b")
    request = await submitted(a)
    assignment = Assignment(lambda _: None)
    (tmp_path / "store").rename(tmp_path / "away")
    threading.Timer(0.5, assignment.stop.set).start()
    with pytest.raises(RenderCancelled):
        Production(b.configuration, "cpu", b.sessions).render_session(request, assignment)
