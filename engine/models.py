"""The models an operator allows, and what their folders say of them. Pure; no torch."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from engine.errors import InputError, ModelError


class ModelEntry(BaseModel):
    """One `[models.NAME]` table of settings.toml: a diffusers folder and its best defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    steps: int = Field(25, ge=1, le=200)
    guidance_scale: float = Field(7.5, ge=0, le=50)
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model's facts. Sizes are in pixels; widths and heights are multiples of `multiple`.

    `revision` is the operator's word for it, or a fingerprint of the folder's file names and sizes.
    """

    name: str
    folder: Path
    width: int
    height: int
    multiple: int
    latent_channels: int
    steps: int
    guidance_scale: float
    revision: str


def read_model(name: str, entry: ModelEntry) -> Model:
    """The facts of a model's folder. ModelError if the folder is no Stable Diffusion model."""
    index = _read_json(name, entry.path / "model_index.json")
    unet = _read_json(name, entry.path / "unet" / "config.json")
    vae = _read_json(name, entry.path / "vae" / "config.json")
    try:
        # An autoencoder halves the size once between each two of its blocks.
        factor = 2 ** (len(vae["block_out_channels"]) - 1)
        side = int(unet["sample_size"]) * factor
        channels = int(unet["in_channels"])
    except (KeyError, TypeError, ValueError):
        kind = index.get("_class_name", "unknown")
        raise ModelError(f"model {name}: a pipeline of kind {kind} can't be used here") from None
    return Model(
        name=name,
        folder=entry.path,
        width=side,
        height=side,
        multiple=factor,
        latent_channels=channels,
        steps=entry.steps,
        guidance_scale=entry.guidance_scale,
        revision=entry.revision or _fingerprint(entry.path),
    )


def choose_model(name: str | None, entries: Mapping[str, ModelEntry]) -> Model:
    """The named model, or the first of the list. InputError where the list lacks it."""
    if not entries:
        raise ModelError("no model is configured; add a [models.NAME] table to settings.toml")
    chosen = name or next(iter(entries))
    if chosen not in entries:
        raise InputError("model", f"{chosen[:60]!r} is not here", "choose " + " or ".join(entries))
    return read_model(chosen, entries[chosen])


def _read_json(name: str, path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no JSON"
        raise ModelError(f"model {name}: can't read {path} ({reason})") from None
    if not isinstance(content, dict):
        raise ModelError(f"model {name}: {path} is no JSON object")
    return content


def _fingerprint(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    facts = [f"{path.relative_to(folder)} {path.stat().st_size}" for path in files]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:12]
