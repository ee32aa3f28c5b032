"""A request from its plan to its saved session: the real engine, with a tiny model."""

import threading
from pathlib import Path

import imageio.v3 as iio
import pytest

from engine.assignment import Assignment
from engine.configuration import Configuration, load_configuration
from engine.errors import DiskFullError, InputError, MediaError, ModelError, RenderCancelled
from engine.events import Event, FrameDone, Started
from engine.groups.output import Format
from engine.planning.resolve import resolve
from engine.production import Production
from engine.render import completion
from engine.render.checkpoints import Checkpoints
from engine.render.diffusion.steps import StepWatch
from engine.render.threads import use_threads
from engine.request import Inputs, RenderRequest
from engine.sessions.local import LocalSessions
from tests.support.tiny_pipeline import build_tiny_pipeline

PROMPTS = "0: a red circle | 11: a blue star on a night sky"


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    use_threads(1)  # so small a model gains nothing by more
    home = tmp_path_factory.mktemp("service")
    build_tiny_pipeline(home / "tiny")
    broken = build_tiny_pipeline(home / "broken")
    (broken / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    tables = (f'[models.{name}]\npath = "{name}"\nsteps = 2\n' for name in ("tiny", "broken"))
    (home / "settings.toml").write_text("".join(tables))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GIFFUSION_SETTINGS", str(home / "settings.toml"))
        return load_configuration()


@pytest.fixture
def sessions(tmp_path: Path) -> LocalSessions:
    return LocalSessions(tmp_path / "sessions")


@pytest.fixture
def production(configuration: Configuration, sessions: LocalSessions) -> Production:
    return Production(configuration, "cpu", sessions)


@pytest.fixture
def request_for(configuration: Configuration):
    def make(upload_bytes: int | None = None, **changes: object) -> RenderRequest:
        wanted = configuration.defaults.updated({"prompts": PROMPTS, "seed": "1", **changes})
        settings, _ = resolve(wanted, configuration.catalogue, configuration.limits)
        return RenderRequest(
            owner="web::ann", settings=settings, platform="web", upload_bytes=upload_bytes
        )

    return make


def frames_in(file: Path) -> int:
    return sum(1 for _ in iio.imiter(file))


def rendered(production: Production, request: RenderRequest):
    events: list[Event] = []
    return production.render_session(request, Assignment(events.append)), events


def left_behind(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


@pytest.mark.parametrize("format", Format)
def test_a_request_becomes_a_session_and_its_progress_is_told(
    production, sessions, request_for, format: Format
) -> None:
    request = request_for(format=format)
    finished, events = rendered(production, request)
    session = sessions.load(request.id)
    assert (finished.session, finished.file, finished.notes) == (request.id, session.file, ())
    assert session.file == f"animation.{format}"
    assert session.request == request
    assert session.poster.read_bytes()[8:12] == b"WEBP"
    assert session.model_revision
    assert session.seconds == finished.seconds > 0
    assert isinstance(events[0], Started)
    told = [event for event in events if isinstance(event, FrameDone)]
    assert [event.done for event in told] == list(range(1, 13))
    assert told[0].preview
    assert told[-1].preview
    assert {path.name for path in session.folder.iterdir()} == {
        session.file,
        "poster.webp",
        "session.json",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"batch_size": 5},
        {"steps": 4, "zoom": "1.1", "strength": "0: (0.25), 11: (1)"},
        {"zoom": "1.1", "diffusion_cadence": "3"},
        {"scheduler": "HeunDiscreteScheduler"},
    ],
)
def test_the_steps_that_are_told_are_those_that_were_taken(
    production, request_for, monkeypatch, changes
) -> None:
    taken, after_step = [], StepWatch._hooked

    def count(watch: StepWatch, timestep, latents):
        taken.append(len(latents))
        return after_step(watch, timestep, latents)

    monkeypatch.setattr(StepWatch, "_hooked", count)
    so_far: list[tuple[int, int]] = []

    def note(event: Event) -> None:
        if isinstance(event, FrameDone):
            so_far.append((event.steps, sum(taken)))

    production.render_session(request_for(**changes), Assignment(note))
    assert all(0 < told <= done for told, done in so_far)
    assert so_far[-1][0] == sum(taken)


def test_what_was_deleted_while_its_job_waited_is_told_by_its_name(
    production, request_for, tmp_path: Path
) -> None:
    request = request_for()
    gone = Inputs(video=Path("sessions", "0" * 24, "animation.mp4"))
    with pytest.raises(MediaError, match=r"animation\.mp4: .* is gone; attach it"):
        rendered(production, request.model_copy(update={"inputs": gone}))
    assert left_behind(tmp_path) == []


def test_what_is_too_large_to_be_posted_is_saved_in_full_beside_a_smaller_copy(
    production, sessions, request_for
) -> None:
    whole, _ = rendered(production, request := request_for(format="gif"))
    full_size = sessions.load(request.id).result.stat().st_size
    finished, _ = rendered(production, request := request_for(full_size // 2, format="gif"))
    session = sessions.load(request.id)
    assert (whole.file, finished.file) == ("animation.gif", "upload.gif")
    assert session.result.stat().st_size == full_size
    assert (session.folder / finished.file).stat().st_size <= full_size // 2
    assert finished.notes
    assert frames_in(session.result) == 12


def test_what_can_not_be_made_to_fit_is_saved_in_full_alone(
    production, sessions, request_for
) -> None:
    finished, _ = rendered(production, request := request_for(100, format="gif"))
    folder = sessions.load(request.id).folder
    assert finished.file == "animation.gif"
    assert finished.notes == ()
    assert not list(folder.glob("upload*"))


@pytest.mark.holds("max_bytes")
def test_max_bytes_holds_for_what_is_saved_and_what_it_cost_is_told(
    production, sessions, request_for
) -> None:
    finished, _ = rendered(production, request := request_for(format="gif", max_bytes=20_000))
    session = sessions.load(request.id)
    assert session.result.stat().st_size <= 20_000
    assert finished.file == session.file
    assert finished.notes


def test_a_stop_between_frames_leaves_nothing_behind(
    production, request_for, tmp_path: Path
) -> None:
    stop = threading.Event()

    def stop_at_the_first_frame(event: Event) -> None:
        if isinstance(event, FrameDone):
            stop.set()

    with pytest.raises(RenderCancelled):
        production.render_session(
            request_for(batch_size=1), Assignment(stop_at_the_first_frame, stop)
        )
    assert left_behind(tmp_path) in ([], [tmp_path / "sessions"])


def test_a_stop_while_the_file_is_made_smaller_leaves_nothing_behind(
    production, request_for, tmp_path: Path
) -> None:
    stop = threading.Event()

    def stop_at_the_last_frame(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == event.frames:
            stop.set()

    request = request_for(20_000, format="gif")
    with pytest.raises(RenderCancelled):
        production.render_session(request, Assignment(stop_at_the_last_frame, stop))
    assert left_behind(tmp_path) in ([], [tmp_path / "sessions"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"model": "broken"}, ModelError), ({"pipeline_args": {"clip_skip": 9}}, InputError)],
)
def test_a_failure_leaves_nothing_behind_and_the_next_request_is_rendered(
    production, sessions, request_for, tmp_path: Path, changes, error
) -> None:
    with pytest.raises(error):
        rendered(production, request_for(format="gif", **changes))
    assert left_behind(tmp_path) in ([], [tmp_path / "sessions"])
    rendered(production, request := request_for())
    assert frames_in(sessions.load(request.id).result) == 12


def test_what_was_accepted_is_rendered_into_the_room_that_new_requests_leave(
    production, sessions, request_for, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("engine.disk.free_bytes", lambda _: 130 * 2**20)
    rendered(production, request := request_for(format="gif"))
    assert sessions.load(request.id)
    monkeypatch.setattr("engine.disk.free_bytes", lambda _: 120 * 2**20)
    before = left_behind(tmp_path)
    with pytest.raises(DiskFullError):
        rendered(production, request_for(format="gif"))
    assert left_behind(tmp_path) == before


def test_what_a_request_chose_is_gone_in_the_next(production, sessions, request_for) -> None:
    def pictures(**changes: object) -> list[bytes]:
        rendered(production, request := request_for(format="webp", **changes))
        return [frame.tobytes() for frame in iio.imiter(sessions.load(request.id).result)]

    before = pictures()
    other = pictures(
        scheduler="euler_ads", zoom="1.1", coherence_scale="500", color_match=True, noise="0.1"
    )
    assert other != before
    assert pictures() == before


@pytest.mark.parametrize("changes", [{"batch_size": 5}, {"zoom": "1.1", "color_match": True}])
def test_a_render_whose_worker_was_killed_goes_on_from_its_last_segment(
    configuration, sessions, request_for, monkeypatch, changes
) -> None:
    monkeypatch.setattr(completion, "SEGMENT_SECONDS", 0.0)
    undisturbed = request_for(**changes)
    _, all_events = rendered(Production(configuration, "cpu", sessions), undisturbed)

    class Killed(BaseException):
        pass

    saved = []

    def die_at_the_eighth_frame(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == 8:
            saved.append(event.saved)
            raise Killed

    request = request_for(**changes)
    first, second = (Production(configuration, "cpu", sessions) for _ in range(2))
    monkeypatch.setattr(Checkpoints, "remove", lambda _: None)  # a killed process tidies nothing
    with pytest.raises(Killed):
        first.render_session(request, Assignment(die_at_the_eighth_frame))
    monkeypatch.undo()
    _, events = rendered(second, request)
    frames = [event for event in events if isinstance(event, FrameDone)]
    told = [event.done for event in frames]
    assert told == list(range(told[0], 13))
    assert 0 < told[0] < 8
    assert saved == [told[0]] == [frames[0].saved]
    assert frames[-1].steps == all_events[-1].steps > frames[0].steps > 0
    results = [sessions.load(each.id).result.read_bytes() for each in (undisturbed, request)]
    assert results[0] == results[1]


def test_a_render_whose_worker_was_killed_before_its_end_was_noted_draws_nothing_again(
    production, configuration, sessions, request_for
) -> None:
    finished, _ = rendered(production, request := request_for())
    before = sessions.load(request.id).result.read_bytes()
    again, events = rendered(Production(configuration, "cpu", sessions), request)
    assert [event.done for event in events if isinstance(event, FrameDone)] == [12]
    assert sessions.load(request.id).result.read_bytes() == before
    assert again.file == finished.file
    production.forget(request.id)
    assert not (configuration.work / request.id).exists()


def test_a_stopped_render_goes_on_where_it_was_and_a_failed_one_does_not(
    production, configuration, request_for, monkeypatch
) -> None:
    monkeypatch.setattr(completion, "SEGMENT_SECONDS", 0.0)
    stop = threading.Event()

    def stop_at_the_third_frame(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == 3:
            stop.set()

    stopped, failed = request_for(batch_size=1), request_for(pipeline_args={"clip_skip": 9})
    with pytest.raises(RenderCancelled):
        production.render_session(stopped, Assignment(stop_at_the_third_frame, stop))
    with pytest.raises(InputError):
        rendered(production, failed)
    kept = [folder.name for folder in configuration.work.iterdir()]
    assert stopped.id in kept
    assert failed.id not in kept
    assert rendered(production, stopped)[1][1].done >= 2


def test_who_wants_no_more_gets_what_is_finished(
    production, sessions, request_for, tmp_path: Path
) -> None:
    def enough_at_the_third_frame(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == 3:
            assignment.keep.set()
            assignment.stop.set()

    assignment = Assignment(enough_at_the_third_frame)
    finished = production.render_session(request := request_for(batch_size=1), assignment)
    assert finished.stopped_after == 3
    assert frames_in(sessions.load(request.id).result) == 3


def test_who_wants_no_more_before_there_is_anything_gets_nothing(
    production, request_for, tmp_path: Path
) -> None:
    assignment = Assignment(lambda _: None)
    assignment.keep.set()
    assignment.stop.set()
    with pytest.raises(RenderCancelled):
        production.render_session(request_for(), assignment)
    assert left_behind(tmp_path) in ([], [tmp_path / "sessions"])


def test_what_is_finished_can_be_had_after_the_worker_was_killed(
    production, configuration, sessions, request_for, monkeypatch
) -> None:
    monkeypatch.setattr(completion, "SEGMENT_SECONDS", 0.0)

    def stop_at_the_third_frame(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == 3:
            stopped.stop.set()

    request = request_for(batch_size=1)
    stopped = Assignment(stop_at_the_third_frame)
    with pytest.raises(RenderCancelled):
        production.render_session(request, stopped)
    enough = Assignment(lambda _: None)
    enough.keep.set()
    enough.stop.set()
    finished = Production(configuration, "cpu", sessions).render_session(request, enough)
    assert finished.stopped_after == frames_in(sessions.load(request.id).result) > 0


def test_frames_that_hang_together_are_kept_through_a_kill_before_they_are_saved(
    configuration, sessions, request_for, monkeypatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    def enough_at_the_fifth_frame(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == 5:
            first.keep.set()
            first.stop.set()

    request = request_for(zoom="1.1", diffusion_cadence="3")
    first, second = Assignment(enough_at_the_fifth_frame), Assignment(lambda _: None)
    with monkeypatch.context() as patched:
        patched.setattr(Production, "_save", die)
        patched.setattr(Checkpoints, "remove", lambda _: None)  # a killed process tidies nothing
        with pytest.raises(Killed):
            Production(configuration, "cpu", sessions).render_session(request, first)
    second.keep.set()
    second.stop.set()
    finished = Production(configuration, "cpu", sessions).render_session(request, second)
    # Up to the frame that was drawn already.
    assert finished.stopped_after == frames_in(sessions.load(request.id).result) == 7


def test_what_was_to_be_kept_is_not_saved_for_nobody(production, request_for, tmp_path) -> None:
    def enough_then_nothing(event: Event) -> None:
        if isinstance(event, FrameDone) and event.done == 3:
            for each in (assignment.keep, assignment.stop, assignment.dropped):
                each.set()

    assignment = Assignment(enough_then_nothing)
    with pytest.raises(RenderCancelled):
        production.render_session(request_for(batch_size=1), assignment)
    assert left_behind(tmp_path) in ([], [tmp_path / "sessions"])
