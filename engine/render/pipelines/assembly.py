"""The pipelines of one render, put together from weights that are loaded already."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import diffusers
from diffusers import DiffusionPipeline, MultiAdapter, SchedulerMixin
from torch import nn

from engine.catalogue import Catalogue, find
from engine.catalogue.forms import Form, pipeline_form
from engine.catalogue.models import Model
from engine.errors import ModelError
from engine.plan import PipelineSpec
from engine.render.pipelines.adapted import ADAPTED
from engine.render.pipelines.custom import custom_pipeline_class
from engine.render.pipelines.scheduler import fresh_scheduler
from engine.values import Weighted


class Assembly:
    """What one render draws with; valid inside `PipelineCache.assembled` alone.

    Both pipelines share the model's weights and are made when they are first asked for, each with a
    scheduler of its own. ControlNets and adapters are attached in the order of `spec` (several as a
    MultiControlNetModel or MultiAdapter); LoRAs are active with their weights. A pipeline's call
    takes the control weights: they are in `controlnets` and `adapters`.
    """

    def __init__(
        self,
        spec: PipelineSpec,
        model: Model,
        catalogue: Catalogue,
        base: DiffusionPipeline,
        controls: Mapping[str, Sequence[nn.Module]],
        *,
        let_go_of_others: Callable[[], bool],
        tile: Callable[[int, int], bool],
    ) -> None:
        """`controls` are the networks of `spec`, by the pipeline's argument they go to.

        `let_go_of_others` gives up all loaded weights but those of `spec`, `tile` has pictures of
        that many pixels decoded in smaller tiles; each tells whether there was anything to do.
        """
        self.spec = spec
        self.model = model
        self._catalogue = catalogue
        self._base = base
        self._controls = controls
        self.let_go_of_others = let_go_of_others
        self.tile = tile

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

        InputError where there is none, as for InstructPix2Pix, or where the scheduler doesn't fit;
        ModelError where one can't be made out of the model.
        """
        return self._make(from_picture=False)

    @cached_property
    def from_picture(self) -> DiffusionPipeline:
        """The pipeline that starts from a picture (`image`).

        InputError where there is none, or where the scheduler doesn't fit;
        ModelError where one can't be made out of the model.
        """
        return self._make(from_picture=True)

    def _make(self, from_picture: bool) -> DiffusionPipeline:
        form = pipeline_form(self.spec, self.model, self._catalogue, from_picture)
        parts = {name: _joined(name, nets) for name, nets in self._controls.items() if nets}
        kind, own = self._class(form), self._scheduler("default", {})
        try:
            # Without a dtype from_pipe would make all of the model float32.
            pipeline = kind.from_pipe(self._base, scheduler=own, dtype=self._base.dtype, **parts)
        except Exception as error:  # of every kind, out of an operator's own file
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            problem = f"a {form.name} can't be made out of the model {self.model.name}"
            raise ModelError(f"{problem}: {reason}") from error
        # Set only now, as some pipelines overrule in silence what the scheduler they are made with
        # was told, such as steps_offset.
        pipeline.scheduler = self._scheduler(
            self.spec.scheduler,
            self.spec.scheduler_args,
            midway=from_picture and "strength" in form.call.parameters,
        )
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def _scheduler(
        self, name: str, args: Mapping[str, Any], midway: bool = False
    ) -> SchedulerMixin:
        return fresh_scheduler(self._base.scheduler, name, args, self.model, midway)

    def _class(self, form: Form) -> Any:
        if not self.spec.custom_pipeline:
            return ADAPTED.get(form.name) or getattr(diffusers, form.name)
        listed = self._catalogue.custom_pipelines
        return custom_pipeline_class(
            find("custom_pipeline", self.spec.custom_pipeline, listed).path
        )


def _joined(kind: str, nets: Sequence[nn.Module]) -> Any:
    """One network by itself, several as the pipelines' constructors want them."""
    if len(nets) == 1:
        return nets[0]
    # Only some constructors make a MultiAdapter out of a list themselves.
    return MultiAdapter(list(nets)) if kind == "adapter" else list(nets)
