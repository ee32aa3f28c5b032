"""How large and how long a file may be that somebody sends."""

from pydantic import BaseModel, ConfigDict

_MIB = 2**20


class MediaLimits(BaseModel):
    """The most that is read of a file: in bytes, pixels of a picture or frame, frames, seconds."""

    model_config = ConfigDict(frozen=True)

    bytes: int = 25 * _MIB
    pixels: int = 16_000_000
    video_frames: int = 600
    video_seconds: float = 60.0
    sound_seconds: float = 180.0


CEILING = MediaLimits(
    bytes=2**40,
    pixels=40_000_000,  # what a process may have is enough for, with transparency
    video_frames=1_000_000,
    video_seconds=86_400.0,
    sound_seconds=86_400.0,
)
"""For files that were let in before, or that we made: no more than any machine can bear."""
