"""Files' contents as they are found out about, with and without confinement."""

import io

import numpy as np

from engine.media import Picture
from engine.media.decoding.inspection import inspect
from engine.media.decoding.source import source_of
from engine.media.facts import FileFacts, VideoFacts
from engine.media.limits import CEILING, MediaLimits
from tests.engine.media.clips import HEIGHT, WIDTH


def look_at(content: bytes, limits: MediaLimits = CEILING) -> FileFacts:
    """What a file of this content is."""
    return inspect(source_of(io.BytesIO(content), limits))


def quarters() -> Picture:
    """A picture that is different however it is turned or mirrored."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[: HEIGHT // 2, : WIDTH // 2] = 255
    picture[: HEIGHT // 2, WIDTH // 2 :] = 160
    picture[HEIGHT // 2 :, : WIDTH // 2] = 80
    return picture


def video_in(content: bytes) -> VideoFacts:
    """What the clip of this content is."""
    facts = look_at(content).video
    assert facts
    return facts


class Pipe:
    """Something that is written to and can't be gone back in, as a live recording is."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> int:
        self.content += bytes(data)
        return len(data)
