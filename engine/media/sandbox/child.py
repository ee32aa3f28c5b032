"""The decoding process: `python -m engine.media.sandbox.child`, with a socket as standard input.

It is confined before it sees the first file, carries out one task after the other, and ends when
its asker does. Tasks and answers: `messages`.
"""

import importlib
import os
import pkgutil
import signal
import socket
from contextlib import ExitStack
from typing import BinaryIO, assert_never

import av
from PIL import AvifImagePlugin, Image

from engine.errors import MediaError, MediaFault
from engine.media import Picture
from engine.media.decoding.clip import beginning_of_frame
from engine.media.decoding.inspection import inspect
from engine.media.decoding.pictures import Part, open_part, read_image
from engine.media.decoding.sound import Reader, open_sound
from engine.media.decoding.source import source_of
from engine.media.sandbox.confinement import confine
from engine.media.sandbox.messages import (
    Answer,
    FrameAt,
    Inspect,
    NextSamples,
    Opening,
    PlaySound,
    ShowClip,
    ShowImage,
    Task,
    TimeFrame,
    receive_task,
    send,
)

_SECONDS = 60.0
"""For a task. Its asker waits less; this is for when nobody is there any more to end it."""
_LONGEST_TEXT = 300

Done = tuple[Answer, bytes]


class Decoder:
    """Carries out tasks: of one file at a time, each going on from the one before."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._clip: Part | None = None
        self._sound: Reader | None = None
        self._shown: Picture | None = None

    def carry_out(self, task: Task, file: BinaryIO | None) -> Done:
        """What came of a task; whatever goes wrong in it becomes an answer too."""
        try:
            return self._carry_out(task, file)
        except MediaError as error:
            return _failed(str(error), error.fault), b""
        except MemoryError:
            return _failed("it takes too much memory to read", MediaFault.TOO_LARGE), b""
        except Exception as error:
            answer = _failed("it is damaged", MediaFault.MALFORMED)
            unexpected = f"{type(error).__name__}: {error}"[:_LONGEST_TEXT]
            return answer.model_copy(update={"unexpected": unexpected}), b""

    def _carry_out(self, task: Task, file: BinaryIO | None) -> Done:
        if isinstance(task, FrameAt):
            return Answer(), self._frame(task)
        if isinstance(task, NextSamples):
            assert self._sound  # noqa: S101 - the asker opened it
            return Answer(), self._sound.read(task.count).tobytes()
        self._open.close()
        assert file  # noqa: S101 - such a task comes with one
        return self._begin(task, self._open.enter_context(file))

    def _begin(self, task: Opening, file: BinaryIO) -> Done:
        if isinstance(task, Inspect):
            return Answer(facts=inspect(source_of(file, task.limits))), b""
        source = source_of(file)
        match task:
            case ShowImage():
                return Answer(), read_image(source, (task.width, task.height)).tobytes()
            case ShowClip():
                clip = open_part(source, task.part, (task.width, task.height))
                self._clip, self._shown = self._open.enter_context(clip), None
                return Answer(), b""
            case TimeFrame():
                return Answer(seconds=beginning_of_frame(source, task.number)), b""
            case PlaySound():
                self._sound = self._open.enter_context(open_sound(source, task.begin))
                return Answer(), b""
            case _:
                assert_never(task)

    def _frame(self, task: FrameAt) -> bytes:
        assert self._clip  # noqa: S101 - the asker opened it
        picture = self._clip.at(task.index, task.time)
        if picture is self._shown:
            return b""
        self._shown = picture
        return picture.tobytes()


def _failed(text: str, fault: MediaFault) -> Answer:
    return Answer(error=" ".join(text.split())[:_LONGEST_TEXT], fault=fault)


def serve(channel: socket.socket) -> None:
    """Carry out tasks until nobody asks any more."""
    decoder = Decoder()
    while received := receive_task(channel):
        task, descriptor = received
        file = None if descriptor is None else os.fdopen(descriptor, "rb")
        signal.setitimer(signal.ITIMER_REAL, _SECONDS)  # nothing handles it: it ends the process
        answer, payload = decoder.carry_out(task, file)
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(channel, answer, payload)


def load_readers() -> None:
    """Load what would be loaded when it is first used, and then can't be any more."""
    Image.init()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # no thread is started in confinement
    for module in pkgutil.walk_packages(av.__path__, "av."):
        importlib.import_module(module.name)


def main() -> None:
    """Give up all rights, then serve."""
    load_readers()
    channel = socket.socket(fileno=0)
    confine()
    serve(channel)


if __name__ == "__main__":
    main()
