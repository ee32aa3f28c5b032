"""What draws: a model, and what steers it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from engine.groups import Group
from engine.options import Within
from engine.schedule import Schedule
from engine.values import NameList


class Pipeline(Group):
    """What draws: a model, and what steers it. All of it is from the operator's lists."""

    model: str | None = Field(
        None, description="A model from the operator's list; default: the first of it"
    )
    pipeline: str | None = Field(
        None, description="A diffusers pipeline class; default: the one that fits the inputs"
    )
    custom_pipeline: str | None = Field(
        None, description="A pipeline file from the operator's list"
    )
    controlnet: NameList = Field(
        NameList(), description="ControlNets with weights, like edges or edges:0.8, depth:0.5"
    )
    adapter: NameList = Field(
        NameList(), description="T2I adapters with weights, like sketch or sketch:0.8, color"
    )
    controlnet_scale: Annotated[Schedule, AfterValidator(Within(0, 2))] = Field(
        Schedule(1),
        description="How strongly ControlNets and adapters steer, times their weights (a schedule)",
    )
    lora: NameList = Field(NameList(), description="LoRAs with weights, like ink or ink:0.7, glow")
