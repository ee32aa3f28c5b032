"""Several workers draw one animation: real processes, a real queue, a tiny model."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain

import imageio.v3 as iio
import pytest

from engine.assignment import Assignment, Help, Share
from engine.configuration import Configuration
from engine.events import Cancelled, Event, Finished, FrameDone, Started
from engine.planning.cost import OVERHEAD_SECONDS, Cost
from engine.planning.resolve import resolve
from engine.production import Production
from engine.queue import JobQueue
from engine.queue.forecast import read_speeds
from engine.queue.shares import QueuedHelpers
from engine.queue.store import OPEN, connect, open_store
from engine.queue.workers import Registry
from engine.render.threads import use_threads
from engine.request import RenderRequest
from engine.sessions.local import LocalSessions
from tests.engine.conftest import NewStore
from tests.support.queue_worker import opened
from tests.support.sharing_worker import Site

FRAMES = 40
PROMPTS = f"0: a red circle | {FRAMES - 1}: a blue star on a night sky"
LONG = "0: a red circle | 999: a blue star"
SHORT = "0: a red circle | 7: a blue star"

NewRequest = Callable[..., RenderRequest]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def configuration(site: Site) -> Configuration:
    use_threads(1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GIFFUSION_SETTINGS", "")  # is put back in the end
        return site.configuration()


@pytest.fixture(scope="module")
def request_for(configuration: Configuration) -> NewRequest:
    def make(owner: str = "web::ann", **changes: object) -> RenderRequest:
        wanted = configuration.defaults.updated(
            {"prompts": PROMPTS, "seed": "1", "batch_size": 2, **changes}
        )
        settings, _ = resolve(wanted, configuration.catalogue, configuration.limits)
        return RenderRequest(owner=owner, settings=settings, platform="web")

    return make


@pytest.fixture(scope="module")
def undisturbed(configuration: Configuration, request_for: NewRequest) -> bytes:
    """The animation as one worker makes it alone."""
    sessions = LocalSessions(configuration.sessions)
    request = request_for()
    Production(configuration, "cpu", sessions).render_session(request, Assignment(lambda _: None))
    return sessions.load(request.id).result.read_bytes()


@pytest.fixture
def result(configuration: Configuration) -> Callable[[RenderRequest], bytes]:
    return lambda job: LocalSessions(configuration.sessions).load(job.id).result.read_bytes()


@pytest.fixture(scope="module")
def served_url(new_store: NewStore, site: Site) -> Iterator[str]:
    """A store with two workers."""
    url = new_store()
    with site.worker(url, "one"), site.worker(url, "two"):
        yield url


@pytest.fixture
async def served_queue(served_url: str) -> AsyncIterator[JobQueue]:
    queue = JobQueue(served_url)
    await workers_are_there(served_url)
    yield queue
    await queue.close()


async def story(queue: JobQueue, job: RenderRequest) -> list[Event]:
    async with asyncio.timeout(120):
        return [event async for event in queue.events(job.id)]


async def submitted(queue: JobQueue, job: RenderRequest) -> RenderRequest:
    await queue.submit(job, Cost(work=1, model="tiny"))
    return job


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not happened():
            await asyncio.sleep(0.01)


def shares(site: Site, job: RenderRequest) -> list[range]:
    """The frames that helpers took on."""
    return [note.frames for note in site.notes if note.job == job.id and note.kind == "share"]


def helper_of(site: Site, job: RenderRequest) -> str:
    return next(n.worker for n in site.notes if n.job == job.id and n.kind == "share")


def rows_beside(url: str, job: RenderRequest) -> list[str]:
    """The states of what the store has of a job besides itself."""
    store = connect(url)
    try:
        found = store.list_workflows(workflow_id_prefix=f"{job.id}-")
        return [each.status for each in found]
    finally:
        store.destroy()


def open_beside(url: str, job: RenderRequest) -> list[str]:
    return [status for status in rows_beside(url, job) if status in OPEN]


def speed(url: str) -> float:
    """How many seconds a unit of work takes, as far as the store knows."""
    store = connect(url)
    try:
        return read_speeds(store)["tiny"]
    finally:
        store.destroy()


async def workers_are_there(url: str, count: int = 2) -> None:
    open_store(url).destroy()
    registry = Registry(url)
    try:
        await until(lambda: len(registry.living()) >= count)
    finally:
        registry.close()


async def test_shares_are_unknown_to_users_and_are_cancelled_with_a_job_that_nobody_renders(
    queue: JobQueue, url: str, request_for
) -> None:
    job = await submitted(queue, request_for())
    store, registry = connect(url), Registry(url)
    try:
        helpers = QueuedHelpers(store, registry, "this one", job.model_dump(mode="json"))
        asked = [helpers.ask(range(4, 8)), helpers.ask(range(8, 12))]
        assert sorted(helpers.look().shares) == sorted(asked)
        later = await submitted(queue, request_for("web::ben"))
        assert await opened(queue) == [job, later]
        assert [await queue.position(each.id) for each in (job, later)] == [1, 2]
        await queue.cancel(job.id)
        assert helpers.look() == Help(0, [])
        helpers.dismiss()
        assert rows_beside(url, job) == []
    finally:
        registry.close()
        store.destroy()


def test_whoever_cannot_reach_the_queue_draws_alone(request_for) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/jobs"
    store, registry = connect(nowhere), Registry(nowhere)
    try:
        helpers = QueuedHelpers(store, registry, "this one", request_for().model_dump(mode="json"))
        assert helpers.look() == Help(0, ())
        assert helpers.ask(range(4, 8)) is None
        helpers.take_back(Share("theirs", range(4, 8), begun=True))
        helpers.dismiss()
    finally:
        registry.close()
        store.destroy()


async def test_two_workers_make_the_animation_that_one_would(
    served_queue: JobQueue, served_url: str, site: Site, request_for, undisturbed: bytes, result
) -> None:
    job = await submitted(served_queue, request_for())
    events = await story(served_queue, job)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert len(shares(site, job)) > 1
    assert result(job) == undisturbed
    # The helpers' time counts as work; how long all took then is a question of the machine.
    assert finished.work_seconds is not None
    told = [event for event in events if isinstance(event, FrameDone)]
    done = [event.done for event in told]
    assert done == sorted(done) and done[-1] == FRAMES
    assert [event.steps for event in told] == [2 * frames for frames in done]
    assert rows_beside(served_url, job) == []


async def test_a_helper_that_dies_costs_no_frame(
    queue: JobQueue, url: str, site: Site, request_for, undisturbed: bytes, result
) -> None:
    with site.worker(url, "one") as one, site.worker(url, "two") as two:
        await workers_are_there(url)
        job = await submitted(queue, request_for())
        await until(lambda: shares(site, job))
        name = helper_of(site, job)
        {"one": one, "two": two}[name].kill()
        with site.worker(url, name):
            finished = (await story(queue, job))[-1]
    assert isinstance(finished, Finished) and finished.work_seconds
    assert result(job) == undisturbed
    assert open_beside(url, job) == []
    begun = shares(site, job)
    assert len(begun) == len(set(begun))
    # One unit of work, which was what the job had, took all workers together so long.
    assert speed(url) == pytest.approx(finished.work_seconds - OVERHEAD_SECONDS)


async def test_what_helpers_fail_with_is_drawn_by_the_jobs_own_worker(
    queue: JobQueue, url: str, site: Site, request_for, undisturbed: bytes, result
) -> None:
    with site.worker(url, "one", helpless=True), site.worker(url, "two", helpless=True):
        await workers_are_there(url)
        job = await submitted(queue, request_for())
        assert isinstance((await story(queue, job))[-1], Finished)
    failed = shares(site, job)
    assert failed and sum(map(len, failed)) == len(set(chain.from_iterable(failed)))
    assert result(job) == undisturbed


async def test_when_the_worker_dies_what_helpers_drew_is_not_drawn_again(
    queue: JobQueue, url: str, site: Site, request_for, undisturbed: bytes, result
) -> None:
    with site.worker(url, "one") as one, site.worker(url, "two") as two:
        await workers_are_there(url)
        job = await submitted(queue, request_for())
        await until(lambda: len(shares(site, job)) >= 2)
        name = next(note.worker for note in site.notes if note.job == job.id)
        {"one": one, "two": two}[name].kill()
        with site.worker(url, name):
            events = await story(queue, job)
    again = events[max(n for n, event in enumerate(events) if isinstance(event, Started)) + 1]
    assert isinstance(again, FrameDone) and again.done >= len(shares(site, job)[0])
    assert result(job) == undisturbed
    assert rows_beside(url, job) == []


async def test_shares_are_no_jobs_and_end_with_theirs(
    served_queue: JobQueue, served_url: str, site: Site, request_for
) -> None:
    job = await submitted(served_queue, request_for(prompts=LONG))
    await until(lambda: shares(site, job))
    assert len(rows_beside(served_url, job)) > 1
    assert await opened(served_queue) == [job]
    # A newcomer comes before all shares but those that are drawn already.
    begun = len(shares(site, job))
    newcomer = await submitted(served_queue, request_for("web::ben", prompts=SHORT))
    assert await served_queue.position(newcomer.id) <= 1
    assert isinstance((await story(served_queue, newcomer))[-1], Finished)
    (start,) = [note.time for note in site.notes if note.job == newcomer.id]
    between = [note for note in site.notes if note.kind == "share" and note.time < start]
    assert len([note for note in between if note.job == job.id]) <= begun + 1
    await served_queue.cancel(job.id)
    assert (await story(served_queue, job))[-1] == Cancelled()
    await until(lambda: not open_beside(served_url, job))
    last = await submitted(served_queue, request_for(prompts=SHORT))
    assert isinstance((await story(served_queue, last))[-1], Finished)


async def test_who_wants_no_more_gets_the_frames_up_to_the_first_gap(
    served_queue: JobQueue, served_url: str, site: Site, request_for, configuration: Configuration
) -> None:
    job = await submitted(served_queue, request_for(prompts=LONG))
    await until(lambda: len(shares(site, job)) >= 2)
    await served_queue.cancel(job.id, keep=True)
    finished = (await story(served_queue, job))[-1]
    assert isinstance(finished, Finished)
    assert finished.stopped_after and finished.stopped_after < 999
    file = LocalSessions(configuration.sessions).load(job.id).result
    assert sum(1 for _ in iio.imiter(file)) == finished.stopped_after
    assert open_beside(served_url, job) == []


async def test_frames_that_follow_from_each_other_are_never_given_away(
    served_queue: JobQueue, served_url: str, site: Site, request_for
) -> None:
    job = await submitted(served_queue, request_for(prompts=SHORT, zoom="1.1"))
    assert isinstance((await story(served_queue, job))[-1], Finished)
    assert shares(site, job) == []
