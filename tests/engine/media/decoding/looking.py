"""Files' contents as they are found out about, with and without confinement."""

import io

from engine.media.decoding.inspection import inspect
from engine.media.decoding.source import source_of
from engine.media.facts import FileFacts
from engine.media.limits import CEILING, MediaLimits


def look_at(content: bytes, limits: MediaLimits = CEILING) -> FileFacts:
    """What a file of this content is."""
    return inspect(source_of(io.BytesIO(content)), limits)


class Pipe:
    """Something that is written to and can't be gone back in, as a live recording is."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> int:
        self.content += bytes(data)
        return len(data)
