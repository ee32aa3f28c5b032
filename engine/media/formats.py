"""What a file is, told by its first bytes: its name and what a chat declares are not believed."""

from typing import BinaryIO, NamedTuple

from engine.errors import MediaError, MediaFault


class Format(NamedTuple):
    """A kind of file that is read here: its ending, and who reads it.

    `pillow` and `demuxer` are Pillow's and FFmpeg's names of the format; a GIF has both. A reader
    is told the format and never guesses, so nothing is read as a playlist, whatever it claims.
    """

    ending: str
    pillow: str | None = None
    demuxer: str | None = None


def format_of(file: BinaryIO) -> Format:
    """The format of a file, which is read from its beginning and left there.

    MediaError if it is empty or of no kind that is read here.
    """
    head = file.read(16)
    file.seek(0)
    if not head:
        raise MediaError("it is empty", MediaFault.EMPTY)
    raise NotImplementedError
