"""What a running job tells of itself, into the store."""

import contextlib
import logging
from collections.abc import Iterator

from dbos import DBOS

from engine.disk import is_disk_full
from engine.events import Event, FrameDone
from engine.queue.store import SAVED, STREAM

log = logging.getLogger(__name__)


class Teller:
    """Writes one job's events; to be used in its workflow."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._saved = 0

    async def tell(self, event: Event) -> None:
        """Append an event to the job's stream. While the disk is full it is lost."""
        with _logging_a_full_disk():
            await DBOS.write_stream_async(STREAM, event.model_dump(mode="json"))
        if isinstance(event, FrameDone) and event.saved > self._saved:
            self._saved = event.saved
            with _logging_a_full_disk():  # for those who count the deaths under it
                await DBOS.update_workflow_attributes_async(
                    self._job, {SAVED: event.saved}, merge=True
                )


@contextlib.contextmanager
def _logging_a_full_disk() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not is_disk_full(error):
            raise
        log.warning("progress is not told of while the disk is full")
