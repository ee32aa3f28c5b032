"""What files are, found out in a confined process."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import MediaError, MediaFault
from engine.media.facts import FileFacts, MediaFacts
from engine.media.limits import MediaLimits
from engine.media.sandbox.messages import Inspect
from engine.media.sandbox.process import DecodingProcess, unreadable
from engine.request import Inputs

_MIB = 2**20


class Attached(NamedTuple):
    """What a request works from, and what is known of it."""

    inputs: Inputs = Inputs()
    facts: MediaFacts = MediaFacts()


def inspect_files(
    files: Iterable[tuple[Path, str]], limits: MediaLimits
) -> Iterator[FileFacts | MediaError]:
    """What each file is, or what is wrong with it; users know it by the name beside it.

    One process reads them all, one by one. A file that takes it down with it does no harm to the
    next: a new one reads that. It blocks: call it with `asyncio.to_thread`.
    """
    with DecodingProcess() as process:
        for path, name in files:
            try:
                yield inspect_in(process, path, name, limits)
            except MediaError as error:
                yield error


def inspect_file(path: Path, limits: MediaLimits) -> FileFacts:
    """What a file is. MediaError if it can't be used. It blocks as `inspect_files` does."""
    with DecodingProcess() as process:
        return inspect_in(process, path, path.name, limits)


def inspect_inputs(inputs: Inputs, limits: MediaLimits) -> MediaFacts:
    """The facts of every input there is. MediaError names the file that can't be used as that."""
    facts = {}
    with DecodingProcess() as process:
        for kind, path in inputs:
            if path is not None:
                found = inspect_in(process, path, path.name, limits)
                facts[kind] = used_as(found, kind, path.name)
    return MediaFacts(**facts)


def used_as(facts: FileFacts, kind: str, name: str) -> Any:
    """A file's facts as an `image`, `audio` or `video`. MediaError if it can't be used as that."""
    found = getattr(facts, kind)
    if found is None:
        missing = MediaFault.NO_SOUND if kind == "audio" else MediaFault.NO_PICTURE
        what = {"audio": "no sound", "video": "no moving pictures", "image": "no picture"}[kind]
        raise MediaError(f"{name}: it has {what}", missing)
    return found


@contextmanager
def named(name: str) -> Iterator[None]:
    """A file's name before what is said of it."""
    try:
        yield
    except MediaError as error:
        raise MediaError(f"{name}: {error}", error.fault) from error


def inspect_in(process: DecodingProcess, path: Path, name: str, limits: MediaLimits) -> FileFacts:
    """What a file is, found out in a process that may go on with it. MediaError as the others."""
    with named(name):
        if (size := _size(path)) > limits.bytes:
            raise MediaError(
                f"its {size / _MIB:.3g} MiB are too much; the most here is "
                f"{limits.bytes / _MIB:.3g} MiB",
                MediaFault.TOO_LARGE,
            )
        answer, _ = process.open(path, Inspect(limits=limits))
        if answer.facts is None:
            raise unreadable()
        return answer.facts


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise MediaError(f"it can't be opened: {error.strerror}") from error
