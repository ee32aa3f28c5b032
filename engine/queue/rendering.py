"""One job on its worker: rendered in a thread, told of, stopped when it is to stop."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from dbos import DBOS, WorkflowStatus
from pydantic import JsonValue

from engine.assignment import Assignment, Helpers
from engine.disk import sentence_for
from engine.errors import RenderCancelled
from engine.events import Cancelled, Ending, Failed, Finished
from engine.queue.fairness import Turn
from engine.queue.progress import Progress
from engine.queue.shares import ShareFunction
from engine.queue.store import KEEP
from engine.queue.telling import Teller
from engine.queue.threads import dropped
from engine.queue.watchdog import Watchdog
from engine.request import RenderRequest

UNEXPECTED = "Something went wrong on our side while rendering. Please try again."

# How soon a worker hears that the user wants what is finished.
_LISTEN_SECONDS = 0.5

RenderFunction = Callable[[RenderRequest, Assignment], Finished]
"""Renders a request and saves its session.

Called in a thread of its own. RenderCancelled ends a job that is to end. The text of any other
GiffusionError is shown to the user; every other exception is logged, and told in general words.
"""


class Tasks(NamedTuple):
    """What a worker does with jobs and with shares, who helps it with a job, and what then."""

    render: RenderFunction
    share: ShareFunction | None
    helpers: Callable[[dict[str, JsonValue]], Helpers | None]
    forget: Callable[[str], None]


async def render_job(tasks: Tasks, job: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The ending event of a job, as JSON; its other events go to the job's stream."""
    progress = Progress()
    status = await _status(str(job["id"]))
    turn = Turn.of(status.attributes)
    watchdog = Watchdog(progress.put, turn.seconds if turn else None)
    assignment = replace(watchdog.assignment, helpers=tasks.helpers(job))
    _hear(status, assignment)
    thread = asyncio.get_running_loop().run_in_executor(
        None, _render, tasks.render, job, assignment
    )
    thread.add_done_callback(lambda _: progress.close())
    listening = asyncio.create_task(_listen(str(job["id"]), assignment))
    teller = Teller(str(job["id"]))
    try:
        while events := await progress.take():
            for event in events:
                await teller.tell(event)
        return (await thread).model_dump(mode="json")
    finally:
        listening.cancel()
        await dropped(thread, assignment)
        watchdog.end()


async def _listen(job: str, assignment: Assignment) -> None:
    while not assignment.keep.is_set():
        await asyncio.sleep(_LISTEN_SECONDS)
        _hear(await _status(job), assignment)


def _hear(status: WorkflowStatus, assignment: Assignment) -> None:
    """Stop for a user who wants no more than what is finished."""
    if (status.attributes or {}).get(KEEP):
        assignment.keep.set()
        assignment.stop.set()


async def _status(job: str) -> WorkflowStatus:
    (status,) = await DBOS.list_workflows_async(
        workflow_ids=[job], load_input=False, load_output=False
    )
    return status


def _render(render: RenderFunction, job: dict[str, JsonValue], assignment: Assignment) -> Ending:
    ending: Ending
    try:
        ending = render(RenderRequest.stored(job), assignment)
    except RenderCancelled:
        return Cancelled()  # or it goes on elsewhere, and its shares count
    except Exception as error:
        ending = Failed(message=sentence_for(error, f"job {job.get('id')} failed", UNEXPECTED))
    if assignment.helpers:
        assignment.helpers.dismiss()
    return ending
