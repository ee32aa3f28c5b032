"""What happens to a job, as it is told to whoever waits for it.

`Queued` may come several times (the place or the wait changes), `FrameDone` once a frame or less
often; exactly one of `Finished`, `Failed` and `Cancelled` comes last. All of them travel as JSON.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)


class Queued(_Event):
    """The job waits. `position` is 1 for the job that starts next.

    `seconds` until it starts, roughly; None where nothing was measured yet.
    """

    kind: Literal["queued"] = "queued"
    position: int
    seconds: int | None = None


class Started(_Event):
    """A worker has taken the job; `frames` is how many it will render."""

    kind: Literal["started"] = "started"
    frames: int


class FrameDone(_Event):
    """`done` of `frames` frames are rendered, `elapsed` seconds after the first one was begun.

    `steps` denoising steps went into those that are done, whoever drew them: a batch of four counts
    four a step. None are told by an older version. `saved` frames outlive a crash. `preview`, when
    present, is a base64-encoded WebP picture of at most 100 KB.
    """

    kind: Literal["frame_done"] = "frame_done"
    done: int
    frames: int
    elapsed: float
    steps: int = 0
    saved: int = 0
    preview: str | None = None


class Finished(_Event):
    """The animation is saved: `session` names its session, `file` the one to post, in that session.

    `seconds` is the time from the worker's start on it to the saved session, `work_seconds` what
    all workers together took where others helped; `notes` tell what was given up to make the file
    small enough. Where its user wanted no more of it, `stopped_after` is
    the number of the frames it has.
    """

    kind: Literal["finished"] = "finished"
    session: str
    file: str
    seconds: float
    work_seconds: float | None = None
    notes: tuple[str, ...] = ()
    stopped_after: int | None = None


class Failed(_Event):
    """The job ended without a result; `message` is fit for its user."""

    kind: Literal["failed"] = "failed"
    message: str


class Cancelled(_Event):
    """The job was stopped on request; `by_admin` where that wasn't its owner's."""

    kind: Literal["cancelled"] = "cancelled"
    by_admin: bool = False


Event = Annotated[
    Queued | Started | FrameDone | Finished | Failed | Cancelled, Field(discriminator="kind")
]
Ending = Finished | Failed | Cancelled

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
