"""A sound's keyframes, found by a child process: what finds them is large, and may crash on a file.

`python -m engine.media.keyframes_process QUESTION`, with the question as JSON, prints an `Answer`
as one line.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from pydantic import BaseModel, ValidationError, model_validator

from engine.errors import MediaError, MediaFault
from engine.groups.media import AudioComponent
from engine.media.keyframes import Mark, SoundKeyframes

SECONDS = 120.0
_LONGEST_ANSWER = 1_000_000
# The chats' tokens are not among them. numba keeps what it compiles in one of the last.
_ENVIRONMENT = (
    "PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "SYSTEMROOT", 
    "OMP_NUM_THREADS", "HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "NUMBA_CACHE_DIR",
)  # fmt: skip


class Question(BaseModel):
    """What is asked of the child process; with a `picture`, it draws the sound into it."""

    path: Path
    fps: Fraction
    component: AudioComponent
    mark: Mark
    picture: Path | None


class Answer(BaseModel):
    """What the child process says: keyframes, or one sentence that tells why there are none."""

    found: SoundKeyframes | None = None
    error: str = ""
    fault: MediaFault = MediaFault.UNAVAILABLE

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.found is None) == (not self.error):
            raise ValueError("neither keyframes nor an error, or both")
        return self


def keyframes_in_child(
    path: Path,
    fps: Fraction,
    component: AudioComponent,
    mark: Mark,
    picture: Path | None,
    *,
    seconds: float = SECONDS,
) -> SoundKeyframes:
    """The keyframes of a file's sound, found out within `seconds`, and their `picture` as a file.

    It blocks; call it with `asyncio.to_thread`. MediaError, fit for the user, if the file can't be
    read, has no sound, takes too long, or crashes its reader.
    """
    question = Question(path=path, fps=fps, component=component, mark=mark, picture=picture)
    text, in_time = _ask(question, seconds)
    if not in_time:
        raise MediaError(
            f"{path.name}: it takes too long to analyse; send a shorter one", MediaFault.TOO_LONG
        )
    try:
        answer = Answer.model_validate_json(text)
    except ValidationError as error:
        raise MediaError(
            f"{path.name}: it is damaged: reading it failed", MediaFault.MALFORMED
        ) from error
    if answer.found is None:
        raise MediaError(answer.error, answer.fault)
    return answer.found


def _ask(question: Question, seconds: float) -> tuple[bytes, bool]:
    """The child's answer, and whether it came in time. No process of its is left."""
    late = threading.Event()
    with (
        TemporaryDirectory(prefix="giffusion-keyframes-") as folder,
        _start(question, folder) as child,
    ):

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


def _start(question: Question, folder: str) -> "subprocess.Popen[bytes]":
    known = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own program; the paths are ours too
        (sys.executable, "-m", "engine.media.keyframes_process", question.model_dump_json()),
        env=known | {"TMPDIR": folder},  # what it leaves there goes with it
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """End the child and all it started. It isn't yet waited for, so its number is still its own."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def main() -> None:
    """Answer the question that the command line holds as JSON."""
    asked = Question.model_validate_json(sys.argv[1])
    try:
        answer = Answer(found=_found(asked))
    except MediaError as error:
        answer = Answer(error=str(error), fault=error.fault)
    print(answer.model_dump_json())


def _found(asked: Question) -> SoundKeyframes:
    from engine.media.onsets import find_keyframes

    found = find_keyframes(asked.path, asked.fps, asked.component, asked.mark)
    if asked.picture:
        from engine.media.waveform import draw_waveform

        draw_waveform(asked.path, found, asked.picture)
    return found


if __name__ == "__main__":
    main()
