"""What holds neighbouring frames together."""

from typing import Annotated

from pydantic import AfterValidator, Field

from engine.groups import Group
from engine.options import Unit, Within
from engine.schedule import Schedule


class Coherence(Group):
    """What holds neighbouring frames together."""

    coherence_scale: Annotated[Schedule, AfterValidator(Within(0, 8192))] = Field(
        Schedule(0),
        description="Pull towards the frame before, while drawing: 0 off, 8192 all (a schedule)",
    )
    coherence_alpha: Annotated[float, Field(ge=0, le=1)] = Field(
        1.0, description="How much of each frame the next is pulled to; less remembers older ones"
    )
    coherence_steps: Annotated[int, Field(ge=1, le=200), Unit("steps")] = Field(
        1, description="Pull at every n-th denoising step"
    )
    noise: Annotated[Schedule, AfterValidator(Within(0, 1))] = Field(
        Schedule(0), description="Noise added between denoising steps, for detail (a schedule)"
    )
    color_match: bool = Field(False, description="Keep the first frame's colours in all frames")
