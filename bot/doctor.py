"""`giffusion doctor`: what works here and what is missing."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from engine.catalogue.fitting import check_adapter, check_controlnet, check_lora
from engine.catalogue.introspection import file_call_signature, file_pipeline, pipeline_names
from engine.catalogue.lists import Catalogue, ControlEntry, Entry
from engine.catalogue.models import Model, read_json, read_model
from engine.catalogue.preprocessors import processor_names
from engine.configuration import Configuration, Secrets, Service, settings_file
from engine.disk import MIB, free_bytes
from engine.errors import ConfigurationError, GiffusionError, InputError, ModelError

_E = TypeVar("_E", bound=Entry)
_Check = Callable[[str, _E, Model], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined. `state` is `ok`, `off` (not set up, not needed) or `bad`."""

    name: str
    state: str
    words: str


def examine(configuration: Configuration) -> int:
    """Print one line for each thing examined; 0, or 2 if something that is needed is missing."""
    bad = 0
    for finding in _findings(configuration):
        print(f"{finding.state:4} {finding.name}: {finding.words}", flush=True)
        bad += finding.state == "bad"
    if bad:
        print(f"error: doctor: {bad} of the above must be mended first", file=sys.stderr)
    return 2 if bad else 0


def _findings(configuration: Configuration) -> Iterator[Finding]:
    file = settings_file()
    yield Finding("settings", "ok", str(file) if file.is_file() else "none; the defaults hold")
    yield _tried("data folder", lambda: _writable(configuration.service))
    yield _tried("job store", lambda: _store(configuration))
    for name, entry in configuration.models.items():
        yield _tried(
            f"model {name}",
            lambda name=name, entry=entry: _model(read_model(name, entry)),  # type: ignore[misc]
        )
    yield from entry_findings(configuration.catalogue)
    for device in configuration.worker.devices:
        yield _tried("device", partial(_device, device, configuration.worker.threads))
    yield _tried("pipeline", lambda: _pipeline(configuration))
    yield _tried("decoder of users' files", _decoder)
    yield from _codecs()
    yield from _credentials()


def _tried(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, "ok", check())
    except (GiffusionError, OSError, RuntimeError) as error:
        return Finding(name, "bad", str(error))


def _writable(service: Service) -> str:
    service.data.mkdir(parents=True, exist_ok=True)
    free = free_bytes(service.data) / MIB
    if free < service.free_mib:
        less = f"{free:.0f} MiB are free; with less than {service.free_mib} (service.free_mib)"
        raise ConfigurationError(f"{less} new requests are refused")
    with tempfile.TemporaryFile(dir=service.data):
        return f"{service.data}, {free / 1024:.1f} GiB are free"


def _store(configuration: Configuration) -> str:
    from sqlalchemy import make_url

    from engine.queue.store import open_store

    open_store(configuration.queue_url).destroy()
    return make_url(configuration.queue_url).render_as_string(hide_password=True)


def _model(model: Model) -> str:
    return f"{model.width} by {model.height} pixels, {model.steps} steps, revision {model.revision}"


def entry_findings(catalogue: Catalogue) -> Iterator[Finding]:
    """Everything that people may steer a model with: whether it's there, and what it goes with."""
    for kind, check, entries in (
        ("controlnet", check_controlnet, catalogue.controlnets),
        ("adapter", check_adapter, catalogue.adapters),
    ):
        for name, control in entries.items():
            yield _tried(f"{kind} {name}", partial(_control, catalogue, check, name, control))
    for name, lora in catalogue.loras.items():
        yield _tried(f"lora {name}", partial(_fitting, catalogue, check_lora, name, lora))
    for name, custom in catalogue.custom_pipelines.items():
        yield _tried(f"custom pipeline {name}", partial(_custom_pipeline, custom.path))
    for name, processor in catalogue.preprocessors.items():
        yield _tried(f"preprocessor {name}", partial(_weights, f"preprocessor {name}", processor))
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


def _device(name: str, threads: int) -> str:
    import torch

    from engine.render.device import choose_device

    device = choose_device(name, threads)
    gpu = torch.cuda.get_device_name(device) if device.startswith("cuda") else ""
    cores = f"{torch.get_num_threads()} threads" if device == "cpu" else ""
    return f"{device} {gpu or cores}, torch {torch.__version__}"


def _pipeline(configuration: Configuration) -> str:
    from engine.render.pipelines import load_pipeline

    model = configuration.catalogue.model(None)
    return f"{type(load_pipeline(model.folder)).__name__} loads from {model.folder}"


def _decoder() -> str:
    """What reads strangers' files can read, and how far it is held to that."""
    from PIL import Image

    from engine.media.inspection import inspect_file
    from engine.media.limits import CEILING
    from engine.media.sandbox.confinement import is_complete

    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        Image.new("RGB", (8, 8)).save(file, "PNG")
        file.flush()
        inspect_file(Path(file.name), CEILING)
    if is_complete():
        return "confined: it can open no file, address or program"
    return "its memory and time are limited; only Linux (x86_64, aarch64) confines it further"


def _codecs() -> Iterator[Finding]:
    import av.codec
    from PIL import features

    for name, use in (("libx264", "MP4 pictures"), ("aac", "MP4 sound")):
        found = name in av.codec.codecs_available
        yield Finding(f"codec {name}", "ok" if found else "bad", use)
    found = bool(features.check("webp"))
    yield Finding("codec webp", "ok" if found else "bad", "WebP animations and previews")


def _credentials() -> Iterator[Finding]:
    """Whether each secret is set; never its value."""
    for name in Secrets.model_fields:
        variable = name.upper()
        is_set = bool(os.environ.get(variable))
        yield Finding(variable, "ok" if is_set else "off", "set" if is_set else "not set")
