"""What attached files are, in numbers: sizes, lengths, frame rates. Pure; nothing is decoded."""

import math
import re
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from engine.errors import InputError
from engine.video_part import VideoPart


def _plain(value: object) -> object:
    """Only plain fractions: `Fraction("1e999999999")` would compute for hours."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,30}(/[0-9]{1,30})?", value):
        raise ValueError("no fraction")
    return value


_Ratio = Annotated[Fraction, BeforeValidator(_plain)]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class PictureFacts(_Facts):
    """A picture's size in pixels, turned upright.

    `rotation` is how far it is turned for that, in degrees clockwise.
    """

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    rotation: Literal[0, 90, 180, 270] = 0


class VideoFacts(_Facts):
    """A clip: its size in pixels, turned upright, and its frames, counted one by one.

    `fps` is exact (30000/1001); where frames come at no `steady` rate it is their average.
    `rotation` is how far its pictures are turned to be upright, in degrees clockwise.
    """

    width: int = Field(ge=1)
    height: int = Field(ge=1)
    frames: int = Field(ge=1)
    fps: _Ratio = Field(gt=0)
    has_sound: bool
    steady: bool = True
    rotation: Literal[0, 90, 180, 270] = 0

    @property
    def seconds(self) -> Fraction:
        """From the first frame's coming to the last one's going."""
        return self.frames / self.fps


class SoundFacts(_Facts):
    """A sound's length, from its file's beginning to the last sample, and how it was sampled.

    `rate` is in samples a second.
    """

    seconds: _Ratio = Field(ge=0)
    rate: int = Field(48_000, ge=1)
    channels: int = Field(2, ge=1)


class FileFacts(_Facts):
    """All that a file can be used as: a film may be a video and a sound, a GIF a picture too.

    `format` is its container or picture format in lower case, as endings are written: `mp4`.
    """

    format: str
    image: PictureFacts | None = None
    audio: SoundFacts | None = None
    video: VideoFacts | None = None

    @property
    def kind(self) -> str:
        """The input that a file becomes by itself: `video`, `image` or `audio`."""
        return "video" if self.video else "image" if self.image else "audio"


class MediaFacts(_Facts):
    """The facts of each input that there is."""

    image: PictureFacts | None = None
    audio: SoundFacts | None = None
    video: VideoFacts | None = None


def frames_of(video: VideoFacts, part: VideoPart, fps: Fraction) -> int:
    """How many frames an animation at `fps` has that is as long as a part of a clip.

    InputError if the part is empty or begins after the clip's end.
    """
    if part.start >= video.frames:
        raise InputError(
            "video_start",
            f"the video has {video.frames} frames, so there is no frame {part.start}",
            f"they are numbered from 0 to {video.frames - 1}",
        )
    if part.end is not None and part.end < part.start:
        raise InputError(
            "video_end",
            f"the part ends at frame {part.end}, before it begins at frame {part.start}",
            f"give a frame from {part.start} on",
        )
    last = video.frames - 1 if part.end is None else min(part.end, video.frames - 1)
    taken = last - part.start + 1
    if part.every_nth is not None:
        return math.ceil(taken / part.every_nth)
    return math.ceil(taken * fps / video.fps)


def is_heard(video: VideoFacts, part: VideoPart, fps: Fraction) -> bool:
    """Whether a video's own sound goes with an animation at `fps` that is made from a part of it.

    Not where its pictures go faster or slower than its sound.
    """
    return video.has_sound and (part.every_nth is None or own_fps(video, part) == fps)


def own_fps(video: VideoFacts, part: VideoPart) -> Fraction:
    """The frame rate at which a part of a clip keeps its speed, and so its sound: exactly."""
    return video.fps / (part.every_nth or 1)
