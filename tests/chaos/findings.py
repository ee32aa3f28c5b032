"""What is found after the chaos, held against what was promised."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.sessions.record import PARTIAL, RECORD
from tests.chaos.misfortune import Toll
from tests.chaos.orders import Recipe
from tests.chaos.place import Place
from tests.chaos.service import Service
from tests.chaos.users import Book


@dataclass(frozen=True)
class Drawn:
    """How often a job was begun, and helped with; its calls of the model, needed and repeated."""

    begun: int
    helped: int
    needed: int
    again: int


def results_of(book: Book, service: Service) -> dict[Recipe, bytes]:
    """What each recipe makes when nobody is disturbed."""
    results = service.channel.results()
    return {order.recipe: next(iter(results[order.job].values())) for order in book.orders}


def drawn(place: Place) -> dict[str, Drawn]:
    """What was drawn for each job, by all processes together."""
    begun: Counter[str] = Counter()
    helped: Counter[str] = Counter()
    calls: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for what, job, _, *frames in place.noted():
        begun[job] += what == "begin"
        helped[job] += what == "help"
        if what == "draw":
            calls[job].append(tuple(frames))
    return {
        job: Drawn(
            begun[job], helped[job], len(set(calls[job])), len(calls[job]) - len(set(calls[job]))
        )
        for job in begun
    }


def problems(
    book: Book, toll: Toll, service: Service, expected: Mapping[Recipe, bytes]
) -> list[str]:
    """Every broken promise, in a sentence."""
    return [
        *_unanswered(book),
        *_endings(book, service, expected),
        *_still_under_way(service),
        *_repeated(toll, service.place),
        *_left_behind(service),
        *_crashes(service),
    ]


def _unanswered(book: Book) -> Iterator[str]:
    for order in book.orders:
        if order.job is None:
            yield f"{order.recipe.name} ({order.message}) was never accepted"


def _endings(book: Book, service: Service, expected: Mapping[Recipe, bytes]) -> Iterator[str]:
    shown = service.channel.results()
    deleted = {order.message for order in book.orders if order.deleted}
    for message, jobs in service.jobs.items():
        recipe = book.sent[message]
        if len(jobs) > 1:
            yield f"{recipe.name} ({message}) became {len(jobs)} jobs"
        for job in jobs:
            name = f"{recipe.name} ({job.workflow_id})"
            if job.status != "SUCCESS" or job.output["kind"] != "finished":
                yield f"{name} ended as {job.status}: {job.output}"
                continue
            session = service.place.data / "sessions" / job.workflow_id
            saved = (session / job.output["file"]).read_bytes()
            if saved != expected[recipe]:
                yield f"{name} was saved with other frames than an undisturbed one"
            answers = shown.get(job.workflow_id, {})
            if not answers:
                yield f"{name} is finished, and its result is shown nowhere"
            if len(answers) > 1:
                yield f"{name} is shown {len(answers)} times: {sorted(answers)}"
            if any(answer != expected[recipe] for answer in answers.values()):
                yield f"{name} is shown with other frames than an undisturbed one"
            if answers and message not in deleted and message not in answers:
                yield f"{name} is shown elsewhere than where it was asked for"


def _still_under_way(service: Service) -> Iterator[str]:
    for message, job in service.channel.under_way().items():
        yield f"{job} is still shown as not over, in {message}"


def _repeated(toll: Toll, place: Place) -> Iterator[str]:
    jobs = drawn(place)
    for job, count in jobs.items():
        # What somebody helps with may be taken back half-way, and drawn again.
        if count.again > count.begun - 1 + count.helped:
            yield f"{job}: {count.again} segments drawn again, interrupted {count.begun - 1} times"
    again = sum(count.begun - 1 for count in jobs.values())
    if again > toll.worker_ends:
        yield f"jobs were begun again {again} times, though workers ended {toll.worker_ends} times"


def _left_behind(service: Service) -> Iterator[str]:
    data = service.place.data
    accepted = {job.workflow_id for jobs in service.jobs.values() for job in jobs}
    for folder in _entries(data / "work"):
        yield f"work of {folder.name} is left behind"
    for session in _entries(data / "sessions"):
        if session.name not in accepted or not (session / RECORD).exists():
            yield f"session {session.name} is half-written, or nobody's"
        if (session / PARTIAL).exists():
            yield f"session {session.name} has a draft left"
    service.keep_house(time.time() + 2 * 3600)
    for folder in _entries(data / "inputs"):
        if folder.name not in accepted:
            yield f"files of {folder.name}, which is no job, are left behind"
    for path in _entries(service.place.temporary):
        if path.name.startswith("giffusion-worker-"):  # the lock of a worker's name
            continue
        yield f"{path.name} is left in the folder for temporary files"


def _crashes(service: Service) -> Iterator[str]:
    for process in (service.bot, *service.workers):
        if process.deaths:
            yield f"{process.name} ended by itself, with {process.deaths}"


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
