"""The models an operator allows, and what their folders say of them. Pure; no torch."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from engine.errors import ModelError


class ModelEntry(BaseModel):
    """One `[models.NAME]` table of settings.toml: a diffusers folder and its best defaults.

    What is `age_restricted` draws only where a chat says that it is for adults.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    steps: int = Field(25, ge=1, le=200)
    guidance_scale: float = Field(7.5, ge=0, le=50)
    revision: str = ""
    age_restricted: bool = False


class Family(StrEnum):
    """Models that one set of pipelines draws with; the value begins those classes' names."""

    SD = "StableDiffusion"
    SDXL = "StableDiffusionXL"
    PIX2PIX = "StableDiffusionInstructPix2Pix"
    SD3 = "StableDiffusion3"
    FLUX = "Flux"

    @property
    def pipeline(self) -> str:
        """The diffusers class of the plain pipeline, as a model's folder names it."""
        return f"{self}Pipeline"

    @property
    def matches_flow(self) -> bool:
        """Whether it learned a flow from noise to picture rather than the noise in a picture."""
        return self in (Family.SD3, Family.FLUX)

    @property
    def needs_picture(self) -> bool:
        """Whether it edits pictures, and so can't draw without one."""
        return self is Family.PIX2PIX


@dataclass(frozen=True, slots=True)
class Model:
    """A model's facts. Sizes are in pixels; widths and heights are multiples of `multiple`.

    `revision` is the operator's word for it, or a fingerprint of the folder's file names and sizes.
    `text_width` is the width of the text embeddings that its denoiser attends to, `blocks` the
    channels of a UNet's blocks: what steers it has to have the same. `parts` are the components its
    pipeline is made of, `scheduler` is the class of its own noise scheduler.
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
    family: Family = Family.SD
    text_width: int = 768
    blocks: tuple[int, ...] = ()
    parts: frozenset[str] = frozenset()
    scheduler: str = ""


_FAMILIES = {family.pipeline: family for family in Family}
_PACKED = 2
"""Flux's pipeline packs latents 2 by 2 into one with four times the channels."""

_TAKEN = {Family.FLUX: _PACKED**2, Family.PIX2PIX: 2}
"""Channels a denoiser takes for each of the latents'; InstructPix2Pix sees the picture as well."""


def read_model(name: str, entry: ModelEntry) -> Model:
    """The facts of a model's folder, from its JSON files alone.

    ModelError if it can't be read or is of a family that isn't known here.
    """
    index = read_json(f"model {name}", entry.path / "model_index.json")
    kind = index.get("_class_name", "unknown")
    family = _FAMILIES.get(kind) if isinstance(kind, str) else None
    if family is None:
        raise _unusable(name, kind)
    denoiser = "transformer" if family.matches_flow else "unet"
    vae = read_json(f"model {name}", entry.path / "vae" / "config.json")
    config = read_json(f"model {name}", entry.path / denoiser / "config.json")
    try:
        facts = _facts(family, config, vae)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _unusable(name, kind) from None
    return Model(
        name=name,
        folder=entry.path,
        steps=entry.steps,
        guidance_scale=entry.guidance_scale,
        revision=entry.revision or _fingerprint(entry.path),
        family=family,
        parts=frozenset(part for part, kind in index.items() if isinstance(kind, list)),
        scheduler=_scheduler(index),
        **facts,
    )


def read_json(owner: str, path: Path) -> dict[str, Any]:
    """A JSON object's file. ModelError tells the `owner`, such as `model sd`, and the path."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no JSON"
        raise ModelError(f"{owner}: can't read {path} ({reason})") from None
    if not isinstance(content, dict):
        raise ModelError(f"{owner}: {path} is no JSON object")
    return content


def _facts(family: Family, config: Mapping[str, Any], vae: Mapping[str, Any]) -> dict[str, Any]:
    """What the configs of a denoiser and its autoencoder say; ValueError or the like if they don't.

    What a config leaves out is as in diffusers' own classes.
    """
    # An autoencoder halves the size once between each two of its blocks.
    factor = 2 ** (len(vae["block_out_channels"]) - 1)
    channels = int(vae.get("latent_channels", 4))
    if int(config["in_channels"]) != channels * _TAKEN.get(family, 1):
        raise ValueError("an inpainting UNet, which is shown a mask, or the like")
    facts: dict[str, Any] = {"latent_channels": channels}
    patch = 1
    if family.matches_flow:
        patch = _PACKED if family is Family.FLUX else int(config.get("patch_size", 2))
        facts["text_width"] = int(config["joint_attention_dim"])
    else:
        facts["text_width"] = int(config.get("cross_attention_dim", 1280))
        facts["blocks"] = tuple(config.get("block_out_channels", (320, 640, 1280, 1280)))
    # Flux's transformer tells no size; its pipeline draws 128 latents a side.
    side = 128 if family is Family.FLUX else int(config["sample_size"])
    return facts | {"width": side * factor, "height": side * factor, "multiple": factor * patch}


def _scheduler(index: Mapping[str, Any]) -> str:
    """The class of the model's scheduler; empty where it is none of diffusers' own."""
    match index.get("scheduler"):
        case ["diffusers", str(kind)]:
            return kind
    return ""


def _unusable(name: str, kind: object) -> ModelError:
    return ModelError(f"model {name}: a pipeline of kind {kind} can't be used here")


def _fingerprint(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    facts = [f"{path.relative_to(folder)} {path.stat().st_size}" for path in files]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:12]
