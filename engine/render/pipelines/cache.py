"""Loaded models, ControlNets and adapters, and the pipelines made of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from diffusers import DiffusionPipeline

from engine.catalogue import Catalogue, ControlEntry, find
from engine.catalogue.fitting import check_adapter, check_controlnet, check_lora
from engine.catalogue.models import Model
from engine.plan import PipelineSpec
from engine.render.pipelines.assembly import Assembly
from engine.render.pipelines.loading import dtype_for, load_network, load_pipeline
from engine.render.pipelines.loras import Lora, active_loras
from engine.render.pipelines.shelf import Part, Shelf
from engine.render.pipelines.sizes import budget_for_weights
from engine.render.pipelines.tiling import Tiling
from engine.values import Weighted


class PipelineCache:
    """Keeps what was loaded from `catalogue` onto `device`, as much as `budget_bytes` hold.

    The least recently used goes first, before the next is loaded. By default the budget is a good
    part of the device's memory that is free at the start. For one thread.
    """

    def __init__(
        self, catalogue: Catalogue, device: str = "cpu", budget_bytes: int | None = None
    ) -> None:
        self._catalogue = catalogue
        self._device = device
        budget = budget_for_weights(device) if budget_bytes is None else budget_bytes
        self._shelf = Shelf(budget)
        self._ending = ExitStack()

    def warm_up(self, model: str) -> None:
        """Load a model before the first render asks for it.

        InputError where the catalogue lacks it, ModelError where it can't be loaded.
        """
        self._shelf.fetch([self._base(self._catalogue.model(model))])

    @contextmanager
    def assembled(self, spec: PipelineSpec) -> Iterator[Assembly]:
        """The pipelines for one render; what they change of the model ends with the `with`.

        InputError where the catalogue lacks a name of `spec` or parts don't fit each other,
        ModelError where something can't be loaded. Pipelines are made when first asked for. One
        render at a time: the next ends the one before, if that was left without being closed.
        """
        self._ending.close()
        model = self._catalogue.model(spec.model)
        nets = self._controls("controlnet", spec.controlnets, self._catalogue.controlnets, model)
        adapters = self._controls("adapter", spec.adapters, self._catalogue.adapters, model)
        loras = self._loras(spec.loras, model)
        parts = [self._base(model), *nets, *adapters]
        base, *networks = self._shelf.fetch(parts)
        controls = {"controlnet": networks[: len(nets)], "adapter": networks[len(nets) :]}
        with ExitStack() as self._ending:
            self._ending.enter_context(active_loras(base, loras))
            self._ending.enter_context(_same_attention(base))
            tiling = self._ending.enter_context(Tiling(base))
            yield Assembly(
                *(spec, model, self._catalogue, base, controls),
                let_go_of_others=partial(self._shelf.let_go_of_others, parts),
                tile=tiling.finer,
            )

    def _base(self, model: Model) -> Part:
        return self._part(model.folder, load_pipeline, model)

    def _controls(
        self,
        kind: str,
        wanted: Sequence[Weighted],
        listed: Mapping[str, ControlEntry],
        model: Model,
    ) -> list[Part]:
        check = check_controlnet if kind == "controlnet" else check_adapter
        entries = {name: find(kind, name, listed) for name, _ in wanted}
        for name, entry in entries.items():
            check(name, entry, model)
        return [self._part(entries[name].path, load_network, model) for name, _ in wanted]

    def _loras(self, wanted: Sequence[Weighted], model: Model) -> list[Lora]:
        entries = {name: find("lora", name, self._catalogue.loras) for name, _ in wanted}
        for name, entry in entries.items():
            check_lora(name, entry, model)
        return [Lora(name, entries[name].path, weight) for name, weight in wanted]

    def _part(self, folder: Path, load: Callable[..., Any], model: Model) -> Part:
        """What of `folder` is to be loaded, in the precision that `model` computes in."""
        dtype = dtype_for(self._device, model.family)
        return Part(folder, dtype, partial(load, device=self._device, dtype=dtype))


@contextmanager
def _same_attention(base: DiffusionPipeline) -> Iterator[None]:
    """Undo what a pipeline did to the denoiser's attention, which a cancelled one leaves behind."""
    denoiser = getattr(base, "unet", None) or base.transformer
    before = dict(denoiser.attn_processors)
    try:
        yield
    finally:
        if denoiser.attn_processors != before:
            denoiser.set_attn_processor(before)
