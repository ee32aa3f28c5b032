"""What the doctor finds: one thing examined each, and all that models are steered with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from engine.catalogue.fitting import check_adapter, check_controlnet, check_lora
from engine.catalogue.introspection import file_call_signature, file_pipeline, pipeline_names
from engine.catalogue.lists import Catalogue, ControlEntry, Entry
from engine.catalogue.models import Model, read_json
from engine.catalogue.preprocessors import processor_names
from engine.errors import GiffusionError, InputError, ModelError

_E = TypeVar("_E", bound=Entry)
_Check = Callable[[str, _E, Model], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined. `state` is `ok`, `off` (not set up, not needed) or `bad`."""

    name: str
    state: str
    words: str


def tried(name: str, check: Callable[[], str]) -> Finding:
    """What a check says of a thing, or what it fails with."""
    try:
        return Finding(name, "ok", check())
    except (GiffusionError, OSError, RuntimeError) as error:
        return Finding(name, "bad", str(error))


def entry_findings(catalogue: Catalogue) -> Iterator[Finding]:
    """Everything that people may steer a model with: whether it's there, and what it goes with."""
    for kind, check, entries in (
        ("controlnet", check_controlnet, catalogue.controlnets),
        ("adapter", check_adapter, catalogue.adapters),
    ):
        for name, control in entries.items():
            yield tried(f"{kind} {name}", partial(_control, catalogue, check, name, control))
    for name, lora in catalogue.loras.items():
        yield tried(f"lora {name}", partial(_fitting, catalogue, check_lora, name, lora))
    for name, custom in catalogue.custom_pipelines.items():
        yield tried(f"custom pipeline {name}", partial(_custom_pipeline, custom.path))
    for name, processor in catalogue.preprocessors.items():
        yield tried(f"preprocessor {name}", partial(_weights, f"preprocessor {name}", processor))
    unknown = sorted(set(catalogue.pipelines) - pipeline_names())
    if unknown:
        yield Finding("limits.pipelines", "bad", f"diffusers has no {', '.join(unknown)}")


def _control(
    catalogue: Catalogue, check: _Check[ControlEntry], name: str, entry: ControlEntry
) -> str:
    """A ControlNet or adapter: its weights, its processor, the models it goes with."""
    _weights(name, entry)
    if entry.preprocess not in processor_names(catalogue.preprocessors):
        raise ModelError(f"there is no processor {entry.preprocess}")
    return f"{_fitting(catalogue, check, name, entry)}, shown {entry.preprocess}"


def _fitting(catalogue: Catalogue, check: _Check[_E], name: str, entry: _E) -> str:
    """The models that something goes with; without any the InputError of the first."""
    fitting, reasons = [], []
    for model in catalogue.models:
        try:
            check(name, entry, catalogue.model(model))
            fitting.append(model)
        except InputError as error:
            reasons.append(error)
    if not fitting:
        raise reasons[0]
    return "for " + ", ".join(fitting) + (f", revision {entry.revision}" if entry.revision else "")


def _custom_pipeline(file: Path) -> str:
    file_call_signature(file)
    return f"{file_pipeline(file)} in {file}"


def _weights(owner: str, entry: Entry) -> str:
    """A folder with a config and weights in safetensors."""
    read_json(owner, entry.path / "config.json")
    if not any(entry.path.glob("*.safetensors")):
        raise ModelError(f"{owner}: there are no safetensors weights in {entry.path}")
    return str(entry.path)
