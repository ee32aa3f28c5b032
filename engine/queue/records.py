"""What the store tells of one job: its events, its state, its ending."""

from dbos import DBOSClient, WorkflowStatus, error
from pydantic import TypeAdapter

from engine.errors import JobError
from engine.events import EVENT, Cancelled, Ending, Event, Failed
from engine.queue.admission import withdraw
from engine.queue.answers import NOBODY_WAITS
from engine.queue.rendering import UNEXPECTED
from engine.queue.store import BY_ADMIN, OPEN, PARKED, STREAM

GIVEN_UP = (
    "This animation brought the render worker down several times in a row, so it was given up. "
    "Please try a smaller size, fewer frames, or another model."
)

_ENDING: TypeAdapter[Ending] = TypeAdapter(Ending)


def read_stream(store: DBOSClient, job: str, offset: int) -> tuple[list[Event], bool]:
    """The events from `offset` on that are there now, and whether none will follow."""
    events: list[Event] = []
    try:
        for value in store.read_stream(job, STREAM, offset=offset, timeout_seconds=0):
            events.append(EVENT.validate_python(value))
    except error.DBOSStreamTimeoutError:
        return events, False
    except error.DBOSNonExistentWorkflowError:
        raise JobError("There is no such job.") from None
    return events, True


def take_back(store: DBOSClient, job: str) -> None:
    """Cancel a job that its user was told was not queued. JobError if it is unknown."""
    status = status_of(store, job)
    store.update_workflow_attributes(job, NOBODY_WAITS, merge=True)
    if status.status in OPEN:
        withdraw(store, status)


def status_of(store: DBOSClient, job: str, load_output: bool = False) -> WorkflowStatus:
    """A job as the store knows it. JobError if it is unknown."""
    found = store.list_workflows(workflow_ids=[job], load_input=False, load_output=load_output)
    if not found:
        raise JobError("There is no such job.")
    return found[0]


def ending_of(job: WorkflowStatus) -> Ending:
    """How a job that is over, listed with its output, ended."""
    match job.status:
        case "SUCCESS":
            return _ENDING.validate_python(job.output)
        case "CANCELLED" if not (job.attributes or {}).get(PARKED):
            return Cancelled(by_admin=bool((job.attributes or {}).get(BY_ADMIN)))
        case "CANCELLED" | "MAX_RECOVERY_ATTEMPTS_EXCEEDED":  # the latter by an older version
            return Failed(message=GIVEN_UP)
        case _:
            return Failed(message=UNEXPECTED)
