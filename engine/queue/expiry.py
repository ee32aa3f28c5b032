"""Which jobs of the queue's store are over, and the deletion of those long over."""

from collections.abc import Collection
from datetime import UTC, datetime
from itertools import islice

from dbos import DBOSClient

from engine.queue.store import WORKFLOW, stored_request

_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_OPEN = ["ENQUEUED", "DELAYED", "PENDING"]

_AT_ONCE = 100
"""Jobs a transaction: the store takes no other writer while it lasts."""


def over_before(store: DBOSClient, jobs: Collection[str], before: float) -> set[str]:
    """Those of some jobs that ended before a time (in seconds since 1970), or are unknown."""
    kept: set[str] = set()
    rest = iter(jobs)
    while ids := list(islice(rest, _AT_ONCE)):
        for job in store.list_workflows(workflow_ids=ids, load_input=False, load_output=False):
            if job.status not in _OVER or (job.completed_at or 0) / 1000 >= before:
                kept.add(job.workflow_id)
    return set(jobs) - kept


def delete_jobs(store: DBOSClient, before: float) -> int:
    """Delete the jobs that ended before a time, with their events and shares; how many jobs."""
    deleted = 0
    until = datetime.fromtimestamp(before, UTC).isoformat()
    while found := store.list_workflows(
        status=_OVER, completed_before=until, limit=_AT_ONCE, load_input=False, load_output=False
    ):
        store.delete_workflows([job.workflow_id for job in found])
        deleted += sum(job.name == WORKFLOW for job in found)
    return deleted


def files_of_open_jobs(store: DBOSClient) -> set[str]:
    """The paths of all files that jobs which wait or run work from."""
    jobs = store.list_workflows(status=_OPEN, load_output=False)
    inputs = [stored_request(job).get("inputs") for job in jobs]
    files = [file for one in inputs if isinstance(one, dict) for file in one.values()]
    return {file for file in files if isinstance(file, str)}
