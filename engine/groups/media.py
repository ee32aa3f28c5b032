"""What is taken from attached files and earlier results."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from engine.groups import Group
from engine.options import Unit


class AudioComponent(StrEnum):
    """The part of a sound that drives an animation."""

    PERCUSSIVE = "percussive"
    HARMONIC = "harmonic"
    BOTH = "both"


class Media(Group):
    """What is taken from attached files and earlier results."""

    audio_component: AudioComponent = Field(
        AudioComponent.BOTH, description="The part of the sound that drives the animation"
    )
    video_every_nth: Annotated[int | None, Field(ge=1, le=1000), Unit("frames")] = Field(
        None, description="Take every n-th frame of the video; default: keep the video's speed"
    )
    video_start: Annotated[int, Field(ge=0)] = Field(
        0, description="The first frame taken from the video, counted from 0"
    )
    video_end: Annotated[int | None, Field(ge=0)] = Field(
        None, description="The last frame taken from the video; default: its last"
    )
    resample: str = Field(
        "",
        pattern=r"^([0-9a-f]{24}(@\d{1,6})?)?$",
        description="Start from an earlier result: its session, or session@frame for one picture",
    )
