"""What a decoding process is asked and answers, over a socket that it is started with.

A message is a line of JSON, and after it as many bytes of pixels or samples as the line says. A
task comes with its file, open: a descriptor goes beside the line (SCM_RIGHTS, unix(7)). What the
child says is not believed: its lines are parsed, its bytes are counted.
"""

import socket
import struct
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from engine.errors import MediaFault
from engine.media.facts import FileFacts
from engine.media.limits import MediaLimits
from engine.video_part import VideoPart

_LONGEST_LINE = 100_000
_HEADER = struct.Struct("<II")
"""The lengths of the line and of what follows it."""

Side = Annotated[int, Field(ge=1, le=16384)]


class Inspect(BaseModel):
    """Tell what the file is. The answer has `facts`."""

    task: Literal["inspect"] = "inspect"
    limits: MediaLimits


class ShowImage(BaseModel):
    """Show the picture: the answer's bytes are its pixels, height × width × 3."""

    task: Literal["image"] = "image"
    width: Side
    height: Side


class ShowClip(BaseModel):
    """Show a part of the clip, one frame for every `FrameAt` to come."""

    task: Literal["clip"] = "clip"
    width: Side
    height: Side
    part: VideoPart


class TimeFrame(BaseModel):
    """Tell when the frame of that number comes on. The answer has `seconds`."""

    task: Literal["time"] = "time"
    number: int


class PlaySound(BaseModel):
    """Play the sound from a second on, some samples for every `NextSamples` to come."""

    task: Literal["sound"] = "sound"
    begin: float


class FrameAt(BaseModel):
    """The clip's picture at the animation's frame `index`, `time` seconds after its first.

    The answer's bytes are its pixels; there are none if it is the same as before.
    """

    task: Literal["frame"] = "frame"
    index: int
    time: float


class NextSamples(BaseModel):
    """The next `count` samples: the answer's bytes are 2 × count numbers of 32 bits."""

    task: Literal["samples"] = "samples"
    count: int


Opening = Inspect | ShowImage | ShowClip | TimeFrame | PlaySound
"""Tasks that come with a file, and end the work on the one before."""

Task = Annotated[Opening | FrameAt | NextSamples, Field(discriminator="task")]
TASK: TypeAdapter[Task] = TypeAdapter(Task)


class Answer(BaseModel):
    """What came of a task: facts or seconds where they were asked for, or else an error.

    `error` is a sentence for the user, without the file's name, which nobody told the child.
    `unexpected` tells the engineer of an exception that should have been such a sentence.
    """

    facts: FileFacts | None = None
    seconds: float | None = None
    error: str | None = Field(None, max_length=1000)
    fault: MediaFault | None = None
    unexpected: str | None = Field(None, max_length=1000)


class BrokenConversation(Exception):  # noqa: N818 - the errors are in engine.errors
    """The other side has gone, or doesn't keep to the rules above."""


def send(
    channel: socket.socket, message: BaseModel, payload: bytes = b"", file: int | None = None
) -> None:
    """Send a message, with what follows it and with the descriptor of an open file."""
    line = message.model_dump_json().encode()
    head = _HEADER.pack(len(line), len(payload))
    socket.send_fds(channel, [head], [] if file is None else [file])
    channel.sendall(line + payload)


def receive_task(channel: socket.socket) -> tuple[Task, int | None] | None:
    """The next task, and the descriptor of its file if one came; None once the asker is gone."""
    head, files, _, _ = socket.recv_fds(channel, _HEADER.size, 1)
    if len(head) < _HEADER.size:
        return None
    line_length, _ = _HEADER.unpack(head)
    task = TASK.validate_json(_exactly(line_length, channel.recv))
    return task, files[0] if files else None


def receive_answer(receive: Callable[[int], bytes], most: int) -> tuple[Answer, bytes]:
    """An answer followed by at most `most` bytes; `receive` gives up to so many as it is asked for.

    BrokenConversation where it is none.
    """
    line_length, size = _HEADER.unpack(_exactly(_HEADER.size, receive))
    if line_length > _LONGEST_LINE or size > most:
        raise BrokenConversation("the answer is too long")
    line = _exactly(line_length, receive)
    try:
        return Answer.model_validate_json(line), _exactly(size, receive)
    except ValidationError as error:
        raise BrokenConversation("the answer is none") from error


def _exactly(count: int, receive: Callable[[int], bytes]) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = receive(min(count - len(parts), 1 << 20))
        if not part:
            raise BrokenConversation("it ended")
        parts += part
    return bytes(parts)
