"""The asker's side: a decoding process started, asked, and ended, whatever happens to it."""

import logging
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Self

import engine
from engine.errors import MediaError, MediaFault
from engine.media.sandbox.messages import (
    Answer,
    BrokenConversation,
    Opening,
    Task,
    receive_answer,
    send,
)

SECONDS = 30.0
"""Time for a task."""
# The chats' tokens are not among them.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
_PROGRAM = ("-P", "-m", "engine.media.sandbox.child")
_HOME = Path(engine.__path__[0]).parent
"""The folder our own packages are imported from."""

log = logging.getLogger(__name__)


class DecodingProcess:
    """A confined child process that reads files for us; no other process reads them.

    It is started at the first task, and again at the first one after it died. It sees no name, no
    folder but an empty one of its own, and no file but those that are handed to it, open.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: _Child | None = None

    def open(self, path: Path, task: Opening, most: int = 0) -> tuple[Answer, bytes]:
        """Carry out a task with a file, from which later ones go on; see `ask`."""
        with _regular_file(path) as file:
            self._child = self._child or _Child()
            return self._told(task, file.fileno(), most)

    def ask(self, task: Task, most: int = 0) -> tuple[Answer, bytes]:
        """The answer to a task, and the bytes, `most` at most, that come with it.

        MediaError, without the file's name, if the file can't be read or the process crashes or
        takes too long.
        """
        return self._told(task, None, most)

    def _told(self, task: Task, file: int | None, most: int) -> tuple[Answer, bytes]:
        try:
            if self._child is None:
                raise BrokenConversation("the process has died before")
            answer, payload = self._child.tell(task, file, most, time.monotonic() + self._seconds)
        except TimeoutError:
            self.close()
            raise MediaError("it takes too long to read", MediaFault.TOO_LONG) from None
        except (BrokenConversation, OSError) as error:
            self.close()
            raise unreadable() from error
        except BaseException:
            self.close()
            raise
        if answer.unexpected:
            log.warning("a decoder met an unexpected %s", answer.unexpected)
        if answer.error is not None:
            raise MediaError(answer.error, answer.fault or MediaFault.MALFORMED)
        return answer, payload

    def close(self) -> None:
        """End the process, with all it started."""
        if self._child:
            self._child.end()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def unreadable() -> MediaError:
    """The error of a file that nothing else can be said of: its reader died of it, or lied."""
    return MediaError("it is damaged: reading it failed", MediaFault.MALFORMED)


class _Child:
    """One process, from its start to its end."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="giffusion-decoder-")
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                (sys.executable, *_PROGRAM),
                env=_environment(),
                cwd=self._folder.name,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # it would be whatever a stranger's file makes it say
                start_new_session=True,
            )

    def tell(
        self, task: Task, file: int | None, most: int, deadline: float
    ) -> tuple[Answer, bytes]:
        """The answer to a task. TimeoutError past the deadline, BrokenConversation, OSError."""
        self._set_timeout(deadline)
        send(self._channel, task, file=file)

        def receive(count: int) -> bytes:
            self._set_timeout(deadline)
            return self._channel.recv(count)

        return receive_answer(receive, most)

    def _set_timeout(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)

    def end(self) -> None:
        # It isn't yet waited for, so its number is still its own.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._channel.close()
        self._folder.cleanup()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # One thread: more would each take memory, and what they gain is nothing beside drawing.
    return kept | {"PYTHONPATH": str(_HOME), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _regular_file(path: Path) -> BinaryIO:
    """A file, open for reading. MediaError if there is none, or a folder, pipe or device."""
    try:
        # A pipe, waited for, would stop us here for as long as nobody writes to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise MediaError(f"it can't be opened: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise MediaError("it is no file")
    return os.fdopen(descriptor, "rb", buffering=0)
