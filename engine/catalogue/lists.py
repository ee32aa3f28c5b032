"""What the operator allows, by name: models and all that steers them.

A name in a request can only mean what stands here; nothing is ever fetched or run because a user
named it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from engine.catalogue.arguments import nearest
from engine.catalogue.models import Model, ModelEntry, read_model
from engine.errors import InputError, ModelError

_T = TypeVar("_T")

_MOST_TOLD = 12
"""Names in one message; of a longer list those that are like the wrong one."""

PIPELINES = (
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "StableDiffusionControlNetPipeline",
    "StableDiffusionControlNetImg2ImgPipeline",
    "StableDiffusionAdapterPipeline",
    "StableDiffusionInstructPix2PixPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusionXLImg2ImgPipeline",
    "StableDiffusionXLControlNetPipeline",
    "StableDiffusionXLControlNetImg2ImgPipeline",
    "StableDiffusionXLAdapterPipeline",
    "StableDiffusion3Pipeline",
    "StableDiffusion3Img2ImgPipeline",
    "FluxPipeline",
    "FluxImg2ImgPipeline",
)
"""diffusers' classes that are known to work here."""


class Entry(BaseModel):
    """A table of settings.toml: where something lies, and the operator's word for its state."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    revision: str = ""


class ControlEntry(Entry):
    """A `[controlnets.NAME]` or `[adapters.NAME]` table: a diffusers folder, and what it is shown.

    `preprocess` names the processor that makes a picture into what it was trained on.
    """

    preprocess: str = "none"


class LoraEntry(Entry):
    """A `[loras.NAME]` table: a safetensors file."""


class CustomPipelineEntry(Entry):
    """A `[custom_pipelines.NAME]` table: a Python file with a diffusers pipeline class."""


class PreprocessorEntry(Entry):
    """A `[preprocessors.NAME]` table: a transformers folder, such as a depth estimator's."""


class Catalogue(BaseModel):
    """Everything a request may name. `pipelines` are classes of diffusers."""

    model_config = ConfigDict(frozen=True)

    models: Mapping[str, ModelEntry] = Field(default_factory=dict)
    pipelines: tuple[str, ...] = PIPELINES
    controlnets: Mapping[str, ControlEntry] = Field(default_factory=dict)
    adapters: Mapping[str, ControlEntry] = Field(default_factory=dict)
    loras: Mapping[str, LoraEntry] = Field(default_factory=dict)
    custom_pipelines: Mapping[str, CustomPipelineEntry] = Field(default_factory=dict)
    preprocessors: Mapping[str, PreprocessorEntry] = Field(default_factory=dict)

    def model(self, name: str | None) -> Model:
        """The facts of the named model, or of the first. InputError where the list lacks it."""
        if not self.models:
            raise ModelError("no model is configured; add a [models.NAME] table to settings.toml")
        chosen = name or next(iter(self.models))
        return read_model(chosen, find("model", chosen, self.models))


def find(setting: str, name: str, entries: Mapping[str, _T]) -> _T:
    """An operator's entry by its name. InputError with what there is where the list lacks it."""
    if name not in entries:
        there = "the operator has listed none"
        if entries:
            few = len(entries) <= _MOST_TOLD
            there = "choose " + " or ".join(entries) if few else nearest(name, entries)
        raise InputError(setting, f"{name[:60]!r} is not here", there)
    return entries[name]
