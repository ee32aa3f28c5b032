"""Loaded models, ControlNets and adapters, and the pipelines made of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.catalogue import Catalogue, find
from engine.plan import PipelineSpec
from engine.render.pipelines.assembly import Assembly
from engine.render.pipelines.loading import dtype_for, load_pipeline
from engine.render.pipelines.shelf import Part, Shelf
from engine.render.pipelines.sizes import budget_for_weights


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

    def warm_up(self, model: str) -> None:
        """Load a model before the first render asks for it.

        InputError where the catalogue lacks it, ModelError where it can't be loaded.
        """
        self._shelf.fetch([self._model(model)])

    @contextmanager
    def assembled(self, spec: PipelineSpec) -> Iterator[Assembly]:
        """The pipelines for one render; what they change of the model ends with the `with`.

        InputError where the catalogue lacks a name of `spec` or parts don't fit each other,
        ModelError where something can't be loaded. Pipelines are made when first asked for.
        """
        (base,) = self._shelf.fetch([self._model(spec.model)])
        yield Assembly(spec, base)

    def _model(self, name: str) -> Part:
        entry = find("model", name, self._catalogue.models)
        return Part(
            entry.path, dtype_for(self._device), lambda folder: load_pipeline(folder, self._device)
        )
