"""`giffusion doctor`: what works here and what is missing."""

import os
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bot.findings import Finding, entry_findings, tried
from engine.catalogue.models import ModelEntry, read_model
from engine.configuration import Configuration, Secrets, Service, settings_file
from engine.disk import MIB, free_bytes
from engine.errors import ConfigurationError
from engine.storage import open_storage


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
    yield tried("data folder", lambda: _writable(configuration.service))
    yield tried("job store", lambda: _store(configuration))
    shared = configuration.storage.url, configuration.service.data
    yield tried("shared files", lambda: str(open_storage(*shared)))
    for name, entry in configuration.models.items():
        yield tried(f"model {name}", partial(_model, name, entry))
    yield from entry_findings(configuration.catalogue)
    for device in configuration.worker.devices:
        yield tried("device", partial(_device, device, configuration.worker.threads))
    yield tried("pipeline", lambda: _pipeline(configuration))
    yield tried("decoder of users' files", _decoder)
    yield from _codecs()
    yield from _slack(configuration)
    yield from _credentials()


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


def _model(name: str, entry: ModelEntry) -> str:
    model = read_model(name, entry)
    return f"{model.width} by {model.height} pixels, {model.steps} steps, revision {model.revision}"


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


def _slack(configuration: Configuration) -> Iterator[Finding]:
    """Whether all is set that Slack needs, if anything is; nothing is asked of Slack."""
    from bot.slack.setup import access_and_transport
    from bot.web.server import WebServer

    secrets = Secrets()
    if not configuration.slack.enabled or not secrets.for_slack:
        return
    try:
        access_and_transport(configuration, secrets, WebServer("127.0.0.1", 0))
        yield Finding("slack", "ok", f"set up, by {configuration.slack.transport}")
    except ConfigurationError as error:
        yield Finding("slack", "bad", str(error).removeprefix("slack: "))


def _credentials() -> Iterator[Finding]:
    """Whether each secret is set; never its value."""
    for variable in map(str.upper, Secrets.model_fields):
        is_set = bool(os.environ.get(variable))
        yield Finding(variable, "ok" if is_set else "off", "set" if is_set else "not set")
