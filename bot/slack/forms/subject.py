"""What a modal is about, as it stands in the modal itself: so it works after a restart.

Slack hands `private_metadata` back as the app wrote it, and signs or sends by its own socket what
it hands back; a user's client can't change it.
https://docs.slack.dev/reference/views/modal-views
"""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from bot.slack.desk import Origin


class Subject(BaseModel):
    """Where the answer goes, the job whose files go with it, and the ids of further files."""

    model_config = ConfigDict(frozen=True)

    channel: str
    thread: str = ""
    job: str = ""
    files: tuple[str, ...] = ()

    @classmethod
    def at(cls, origin: Origin, job: str = "", files: tuple[str, ...] = ()) -> Self:
        """The subject of a modal whose answer goes to where it was asked for."""
        return cls(channel=origin.channel, thread=origin.thread, job=job, files=files)

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> Self:
        """Read it from a modal that was sent in."""
        return cls.model_validate_json(view["private_metadata"])
