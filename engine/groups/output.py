"""The file that comes back."""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field

from engine.groups import Group
from engine.options import Unit
from engine.values import bytes_of, plain_rate


class Format(StrEnum):
    """The file an animation becomes."""

    MP4 = "mp4"
    GIF = "gif"
    WEBP = "webp"


class Output(Group):
    """The file that comes back."""

    format: Format = Field(Format.MP4, description="mp4 (with sound), gif or webp")
    fps: Annotated[
        Annotated[Fraction, Field(ge=1, le=60), Unit("frames a second")] | None,
        BeforeValidator(plain_rate),
    ] = Field(
        None,
        description="Frame rate, fractions such as 30000/1001 are exact; default: 12, "
        "with --fit video the video's",
    )
    loop: bool = Field(
        False, description="Come back to the first keyframe, so that the end meets the beginning"
    )
    max_bytes: Annotated[
        Annotated[int, Field(ge=10_000), Unit("bytes, or like 8MB")] | None,
        BeforeValidator(bytes_of),
    ] = Field(None, description="Largest file; a larger result is made to fit")
