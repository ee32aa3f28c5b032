"""A camera over the picture: each frame starts as the one before, moved."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from engine.groups import Group
from engine.options import Within
from engine.schedule import Schedule


class Padding(StrEnum):
    """What comes in at the edges when the picture moves."""

    BORDER = "border"
    REFLECTION = "reflection"
    WRAP = "wrap"
    ZEROS = "zeros"


class Motion(Group):
    """A camera over the picture: each frame starts as the one before, moved. Schedules all."""

    zoom: Annotated[Schedule, AfterValidator(Within(0.1, 10))] = Field(
        Schedule(1), description="Magnification a frame: 1 still, 1.02 forward (a schedule)"
    )
    angle: Annotated[Schedule, AfterValidator(Within(-360, 360))] = Field(
        Schedule(0), description="Degrees a frame, positive counter-clockwise (a schedule)"
    )
    translation_x: Annotated[Schedule, AfterValidator(Within(-4096, 4096))] = Field(
        Schedule(0), description="Pixels a frame, positive right (a schedule)"
    )
    translation_y: Annotated[Schedule, AfterValidator(Within(-4096, 4096))] = Field(
        Schedule(0), description="Pixels a frame, positive down (a schedule)"
    )
    transform_center_x: Annotated[Schedule, AfterValidator(Within(0, 1))] = Field(
        Schedule(0.5), description="Centre of zoom and angle, 0 left to 1 right (a schedule)"
    )
    transform_center_y: Annotated[Schedule, AfterValidator(Within(0, 1))] = Field(
        Schedule(0.5), description="Centre of zoom and angle, 0 top to 1 bottom (a schedule)"
    )
    padding: Padding = Field(
        Padding.BORDER, description="What comes in at the edges when the picture moves"
    )
