"""A file to be decoded: open, without a name, its format known."""

from typing import BinaryIO, NamedTuple

from engine.media.decoding.structure.walk import FARTHEST
from engine.media.formats import Format, format_of
from engine.media.limits import CEILING, MediaLimits


class Source(NamedTuple):
    """An open file, its format, and how much of it is read at most.

    Decoders begin at its beginning, wherever it stands.
    """

    file: BinaryIO
    format: Format
    limits: MediaLimits = CEILING


def source_of(file: BinaryIO, limits: MediaLimits = CEILING) -> Source:
    """A file with the format that its content tells. MediaError if that is none known here."""
    file.seek(0)
    return Source(file, format_of(file), limits)


class AnyPlace:
    """A file that may be sought at any place. Behind its end there is nothing.

    Systems know no places as far away as damaged files claim, but FFmpeg would get over it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.read, self.tell = file.read, file.tell

    def seek(self, place: int, whence: int = 0) -> int:
        """See `io.IOBase.seek`."""
        return self._file.seek(min(place, FARTHEST), whence)
