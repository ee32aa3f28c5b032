"""The pipelines of one render, put together from weights that are loaded already."""

from functools import cached_property

from diffusers import DiffusionPipeline

from engine.plan import PipelineSpec
from engine.values import Weighted


class Assembly:
    """What one render draws with; valid inside `PipelineCache.assembled` alone.

    Both pipelines share the model's weights and are made when they are first asked for, each with a
    scheduler of its own. ControlNets and adapters are attached in the order of `spec` (several as a
    MultiControlNetModel or MultiAdapter); LoRAs are active with their weights. A pipeline's call
    takes the control weights: they are in `controlnets` and `adapters`.
    """

    def __init__(self, spec: PipelineSpec, base: DiffusionPipeline) -> None:
        self.spec = spec
        self._base = base

    @property
    def controlnets(self) -> tuple[Weighted, ...]:
        """Names and weights of the ControlNets, in the order of their pictures."""
        return self.spec.controlnets

    @property
    def adapters(self) -> tuple[Weighted, ...]:
        """Names and weights of the T2I adapters, in the order of their pictures."""
        return self.spec.adapters

    @cached_property
    def from_noise(self) -> DiffusionPipeline:
        """The pipeline that starts from noise alone.

        InputError where there is none, as for InstructPix2Pix; ModelError where diffusers can't
        make one out of the model.
        """
        return self._base

    @cached_property
    def from_picture(self) -> DiffusionPipeline:
        """The pipeline that starts from a picture (`image`).

        InputError where there is none, as for T2I adapters; ModelError where diffusers can't make
        one out of the model.
        """
        return self._base
