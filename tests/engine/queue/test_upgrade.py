"""Stores that an earlier version of the program left are opened and served by this one.

`stores/` has them as SQL. To make one: submit jobs with that version, kill its worker in one of
them, and write down `iterdump()` of the SQLite file; a path of the moment is a word in @s.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbos import EnqueueOptions
from sqlalchemy import JSON, Boolean, MetaData, create_engine, make_url

from engine.events import Failed, Finished
from engine.planning.cost import Cost
from engine.queue import JobQueue
from engine.queue.expiry import files_of_open_jobs
from engine.queue.store import QUEUE, WORKFLOW, connect, open_store, sqlite_file
from engine.request import RenderRequest
from tests.engine.conftest import NewStore
from tests.engine.queue.test_jobs import kinds, story
from tests.support.queue_worker import opened, request, worker

STORES = sorted((Path(__file__).parent / "stores").glob("*.sql"))
PAYLOADS = {"attributes", "error", "input", "inputs", "message", "output", "request", "value"}
FINISHED, INTERRUPTED, *WAITING = (digit * 24 for digit in "12345")


@pytest.fixture(params=STORES, ids=lambda file: file.stem)
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An earlier version's store as SQL, with its paths in a folder of the test."""
    text = request.param.read_text()
    return text.replace("@DATA@", str(tmp_path)).replace("@GATE@", str(tmp_path / "gate"))


@pytest.fixture
def earlier_url(earlier: str, new_store: NewStore, tmp_path: Path) -> str:
    """That store in a database."""
    url = new_store()
    if file := sqlite_file(url):
        file.parent.mkdir(parents=True)
        _load(earlier, file)
    else:
        _load(earlier, tmp_path / "earlier.db")
        _copy(tmp_path / "earlier.db", url)
    return url


def _load(script: str, file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as store:
        store.executescript(script)


def _copy(file: Path, url: str) -> None:
    """Put the jobs of an SQLite store into a Postgres one."""
    open_store(url).destroy()
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    tables = MetaData(schema="dbos")
    tables.reflect(engine)
    with contextlib.closing(sqlite3.connect(file)) as source, engine.begin() as target:
        source.row_factory = sqlite3.Row
        for table in tables.sorted_tables:
            if table.name in {"queues", "application_versions", "dbos_migrations"}:
                continue
            with contextlib.suppress(sqlite3.OperationalError):  # a table that SQLite has not
                for row in source.execute(f'SELECT * FROM "{table.name}"').fetchall():
                    values = {name: _as(table.c[name].type, row[name]) for name in row.keys()}  # noqa: SIM118
                    target.execute(table.insert().values(values))
    engine.dispose()


def _as(kind: object, value: object) -> object:
    if isinstance(kind, Boolean):
        return bool(value)
    return json.loads(value) if isinstance(kind, JSON) and isinstance(value, str) else value


async def test_jobs_of_an_earlier_version_are_rendered(earlier_url: str, tmp_path: Path) -> None:
    queue = JobQueue(earlier_url)
    assert [await queue.position(job) for job in WAITING] == [1, 2, 3]
    assert [job.id for job in await opened(queue)] == [INTERRUPTED, *WAITING]
    finished = (await story(queue, await queue.request(FINISHED)))[-1]
    assert isinstance(finished, Finished)
    assert finished.session == FINISHED
    (tmp_path / "gate").touch()
    with worker(earlier_url, tmp_path):
        interrupted = await story(queue, await queue.request(INTERRUPTED))
        assert kinds(interrupted)[-4:] == ["frame_done", "started", "frame_done", "finished"]
        for job in WAITING:
            assert isinstance((await story(queue, await queue.request(job)))[-1], Finished)
    await queue.close()


async def test_what_an_earlier_version_was_asked_for_is_read(
    earlier_url: str, tmp_path: Path
) -> None:
    queue = JobQueue(earlier_url)
    request = await queue.request(WAITING[0])
    await queue.close()
    assert request.owner == "web:here:user3"
    assert request.settings.prompts.negative_prompt == "0: blurry"
    assert request.settings.diffusion.steps == 12
    store = connect(earlier_url)
    assert files_of_open_jobs(store) == {
        f"{tmp_path}/inputs/{WAITING[1]}/image.png",
        f"{tmp_path}/inputs/{WAITING[2]}/song.wav",
    }
    store.destroy()


Change = Callable[[dict[str, Any]], None]


def _gone_and_new(values: dict[str, Any]) -> None:
    values["settings"]["diffusion"]["sampler"] = "a setting that is gone"
    values["settings"]["sorcery"] = {"spell": "a group that is gone"}
    values["mood"] = "gone, too"
    del values["settings"]["output"]["loop"], values["settings"]["coherence"]


def _unreadable(values: dict[str, Any]) -> None:
    values["settings"]["diffusion"]["steps"] = "a dozen"


def _nobodys(values: dict[str, Any]) -> None:
    values.clear()


async def _put(url: str, change: Change) -> RenderRequest:
    """A job whose request is not as this version would write it."""
    job = request()
    values = job.model_dump(mode="json")
    change(values)
    options = EnqueueOptions(workflow_name=WORKFLOW, queue_name=QUEUE, workflow_id=job.id)
    store = open_store(url)
    await asyncio.to_thread(store.enqueue, options, values)
    store.destroy()
    return job


async def test_settings_that_are_gone_or_new_keep_no_request_from_being_rendered(
    queue: JobQueue, url: str, tmp_path: Path
) -> None:
    job = await _put(url, _gone_and_new)
    assert await opened(queue) == [job]
    with worker(url, tmp_path):
        assert isinstance((await story(queue, job))[-1], Finished)


@pytest.mark.parametrize(("change", "told"), [(_unreadable, 1), (_nobodys, 0)])
async def test_a_request_that_cannot_be_read_ends_with_a_sentence(
    change: Change, told: int, queue: JobQueue, url: str, tmp_path: Path
) -> None:
    job = await _put(url, change)
    harmless = request()
    await queue.submit(harmless, Cost(work=1))
    requests = await opened(queue)
    assert [one.id for one in requests] == [*[job.id] * told, harmless.id]
    assert requests[0].conversation == job.conversation
    with worker(url, tmp_path):
        ending = (await story(queue, job))[-1]
        assert isinstance((await story(queue, harmless))[-1], Finished)
    assert isinstance(ending, Failed)
    assert ("updated" if told else "went wrong") in ending.message


async def test_the_store_holds_json_alone_whatever_happened(tmp_path: Path) -> None:
    """Also what DBOS itself notes of an exception that nobody foresaw."""
    url, file = f"sqlite:///{tmp_path / 'jobs.db'}", tmp_path / "jobs.db"
    queue = JobQueue(url)
    jobs = [await _put(url, change) for change in (_nobodys, _unreadable, _gone_and_new)]
    for script in ({}, {"ending": "bug"}, {"ending": "refusal"}):
        jobs.append(request(**script))
        await queue.submit(jobs[-1], Cost(work=1))
    with worker(url, tmp_path):
        endings = [(await story(queue, job))[-1] for job in jobs]
    await queue.close()
    assert [ending.kind for ending in endings] == [
        "failed",
        "failed",
        "finished",
        "finished",
        "failed",
        "failed",
    ]
    with contextlib.closing(sqlite3.connect(file)) as store:
        assert store.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert {name for name, _ in _payloads(store)} >= {
            "workflow_input.inputs",
            "workflow_output.output",
            "workflow_output.error",
            "operation_outputs.output",
            "operation_outputs.error",
            "streams.value",
            "workflow_status.attributes",
        }
        for _, value in _payloads(store):
            json.loads(value)


def _payloads(store: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Every column that holds what the program or DBOS wrote down of it, with its values."""
    tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = [column[1] for column in store.execute(f'PRAGMA table_info("{table}")')]
        for column in columns:
            values = store.execute(f'SELECT "{column}" FROM "{table}"').fetchall()
            if column == "serialization":
                assert {value for (value,) in values} <= {"portable_json"}, table
            elif column in PAYLOADS:
                yield from ((f"{table}.{column}", value) for (value,) in values if value)
