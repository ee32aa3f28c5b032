"""A file to be decoded: open, without a name, its format known."""

from typing import BinaryIO, NamedTuple

from engine.media.formats import Format, format_of


class Source(NamedTuple):
    """An open file and its format. Decoders begin at its beginning, wherever it stands."""

    file: BinaryIO
    format: Format


def source_of(file: BinaryIO) -> Source:
    """A file with the format that its content tells. MediaError if that is none known here."""
    file.seek(0)
    return Source(file, format_of(file))
