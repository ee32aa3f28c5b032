"""A small valid file, and what is known of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple


class Sound(NamedTuple):
    """What is heard: samples a second, channels, and seconds, give or take an encoder's frame."""

    rate: int
    channels: int
    seconds: float


class Sample(NamedTuple):
    """A file's content and the facts of it.

    `ending` is what its first bytes tell. `size` is width × height in pixels as stored; turned
    upright (and its pixels made square, which are `aspect` times as wide as high) it is shown.
    `rotation` is in degrees clockwise, before it is `mirrored` left to right. A still picture has
    one frame, a sound none. `fps` is exact where it is `steady`.
    """

    name: str
    ending: str
    content: bytes
    size: tuple[int, int] | None = None
    frames: int = 0
    fps: Fraction | None = None
    steady: bool = True
    rotation: int = 0
    mirrored: bool = False
    aspect: Fraction = Fraction(1)
    sound: Sound | None = None
    cover: bool = False
    encrypted: bool = False

    @property
    def kind(self) -> str:
        """`image`, `video` or `audio`, as `FileFacts.kind` has it."""
        return "audio" if not self.frames else "image" if self.fps is None else "video"


@contextmanager
def temporary(name: str) -> Iterator[Path]:
    """A path for a file that PyAV writes; some containers are written there and back."""
    with TemporaryDirectory() as folder:
        yield Path(folder) / name
