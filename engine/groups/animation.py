"""How the frames follow one another."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from engine.groups import Group
from engine.options import Unit


class Fit(StrEnum):
    """The attached file that an animation is made as long as."""

    AUDIO = "audio"
    VIDEO = "video"


class Interpolation(StrEnum):
    """How the weight moves from one keyframe (0) to the next (1)."""

    LINEAR = "linear"
    SINE = "sine"
    CURVE = "curve"
    AUDIO = "audio"


class MelReduce(StrEnum):
    """What stands for all the bands of a mel spectrogram."""

    MAX = "max"
    MEAN = "mean"
    MEDIAN = "median"


class Animation(Group):
    """How the frames follow one another."""

    frames: Annotated[int | None, Field(ge=1), Unit("frames")] = Field(
        None, description="Least length; default: up to the last keyframe"
    )
    seconds: Annotated[
        float | None, Field(gt=0, le=100_000, allow_inf_nan=False), Unit("seconds")
    ] = Field(None, description="Least length in seconds")
    fit: Fit | None = Field(
        None, description="At least as long as the attached sound or video, at the video's fps"
    )
    interpolation: Interpolation | None = Field(
        None, description="How one keyframe becomes the next; default: linear, with a sound audio"
    )
    interpolation_args: str = Field(
        "",
        max_length=10_000,
        description="sine: frequencies like 0.5 or 1.0, 2.0 (default 1.0); "
        "curve: a schedule of weights from 0 to 1 like 0: (0.0), 50: (1.0)",
    )
    mel_reduce: MelReduce = Field(
        MelReduce.MAX, description="audio interpolation: how a moment's loudness is measured"
    )
    diffusion_cadence: Annotated[int, Field(ge=1, le=60), Unit("frames")] = Field(
        1, description="Draw every n-th frame and blend the ones in between: faster and calmer"
    )
    optical_flow_cadence: bool = Field(
        False, description="Blend the frames in between along the movement in the pictures"
    )
