"""Attached files' facts, found out by a child process that may crash or hang on them."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import Self

from pydantic import BaseModel, ValidationError, model_validator

from engine.errors import MediaError
from engine.media.facts import MediaFacts
from engine.request import Inputs

SECONDS = 60.0
"""Time for all of a request's files."""
_LONGEST_ANSWER = 100_000
# The chats' tokens are not among them.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT", "TMPDIR")


class Answer(BaseModel):
    """What the child process says: facts, or one sentence that tells why there are none."""

    facts: MediaFacts | None = None
    error: str | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.facts is None) == (self.error is None):
            raise ValueError("neither facts nor an error, or both")
        return self


def inspect_in_child(inputs: Inputs, seconds: float = SECONDS) -> MediaFacts:
    """The facts of every input there is, found out within `seconds`.

    It blocks; call it with `asyncio.to_thread`. MediaError, fit for the user, if a file can't be
    read, takes too long, or crashes its reader.
    """
    if inputs == Inputs():
        return MediaFacts()
    text, in_time = _ask(inputs, seconds)
    if not in_time:
        raise MediaError("The attached files take too long to read; send shorter ones.")
    try:
        answer = Answer.model_validate_json(text)
    except ValidationError as error:
        raise MediaError("The attached files can't be read; they may be damaged.") from error
    if answer.facts is None:
        raise MediaError(answer.error)
    return answer.facts


def _ask(inputs: Inputs, seconds: float) -> tuple[bytes, bool]:
    """The child's answer, and whether it came in time. No process of its is left."""
    late = threading.Event()
    with _start(inputs) as child:

        def stop() -> None:
            late.set()
            _kill(child)

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            answer = child.stdout.read(_LONGEST_ANSWER) if child.stdout else b""
            return answer, not late.is_set()
        finally:
            timer.cancel()
            timer.join()
            _kill(child)


def _start(inputs: Inputs) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own program; the paths are ours too
        (sys.executable, "-m", "engine.media.inspection", inputs.model_dump_json()),
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """End the child and all it started. It isn't yet waited for, so its number is still its own."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
