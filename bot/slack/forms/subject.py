"""What a modal is about, as it stands in the modal itself: so it works after a restart.

Users don't see `private_metadata`, and Slack hands it back as the app wrote it, in payloads that it
signs or sends over its own socket: so a user can't ask for files of a conversation that they aren't
in. https://docs.slack.dev/reference/views/modal-views
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

from bot.slack.desk import Origin

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,30}$")]


class Subject(BaseModel):
    """Where the answer goes, the job whose files go with it, and the ids of further files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: _Id
    thread: Annotated[str, StringConstraints(pattern=r"^(\d{1,20}\.\d{1,20})?$")] = ""
    job: Annotated[str, StringConstraints(max_length=200)] = ""
    files: tuple[_Id, ...] = ()

    @classmethod
    def at(cls, origin: Origin, job: str = "", files: Sequence[str] = ()) -> Self:
        """The subject of a modal whose answer goes to where it was asked for."""
        return cls(channel=origin.channel, thread=origin.thread, job=job, files=tuple(files))

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> Self:
        """Read it from a modal that was sent in; ValueError where it can't be one."""
        return cls.model_validate_json(view["private_metadata"])
