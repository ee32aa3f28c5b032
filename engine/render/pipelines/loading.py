"""Weights from local folders: safetensors only, and no code but diffusers' own."""

import json
import os
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from diffusers import DiffusionPipeline
from torch import nn
from transformers import CLIPTextModel

from engine.catalogue.models import Family
from engine.errors import ModelError
from engine.render.memory import is_out_of_memory

PICKLE_ENDINGS = (".bin", ".ckpt", ".pt", ".pth", ".pkl")

diffusers.utils.logging.disable_progress_bar()
transformers.utils.logging.disable_progress_bar()
if "DIFFUSERS_VERBOSITY" not in os.environ:
    # It warns of every pipeline that is made out of another one.
    diffusers.utils.logging.set_verbosity_error()

if not hasattr(CLIPTextModel, "text_model"):
    # transformers 5.6 flattened the class; diffusers' clip_skip and Compel still look inside it.
    CLIPTextModel.text_model = property(lambda self: self)


def dtype_for(device: str, family: Family) -> torch.dtype:
    """What networks compute in: float32 on a CPU, half of that elsewhere.

    The transformers of flow models were trained in bfloat16; float16 overflows in them.
    """
    if device == "cpu":
        return torch.float32
    return torch.bfloat16 if family.matches_flow else torch.float16


def load_pipeline(
    folder: Path, device: str = "cpu", dtype: torch.dtype = torch.float32
) -> DiffusionPipeline:
    """Load a diffusers folder onto `device`; its own model_index.json says which pipeline it is.

    ModelError if the folder is missing, is no diffusers pipeline, brings code of its own, or has
    weights in another form than safetensors. Where memory runs out the error is torch's own.
    """
    kind = _class_name(folder, "model_index.json", "pipeline")
    if not isinstance(kind, str):
        raise ModelError(f"the model in {folder} brings code of its own, which is never run")
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        _check_weights(part)
    pipeline = _load(DiffusionPipeline, folder, device, dtype)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def load_network(
    folder: Path, device: str = "cpu", dtype: torch.dtype = torch.float32
) -> nn.Module:
    """Load a ControlNet or a T2I adapter onto `device`; its own config.json says which class it is.

    Errors as `load_pipeline`.
    """
    kind = _class_name(folder, "config.json", "ControlNet or adapter")
    network_class: Any = getattr(diffusers, kind, None) if isinstance(kind, str) else None
    if not hasattr(network_class, "from_pretrained"):
        raise ModelError(f"the network in {folder} is of no class that diffusers has")
    _check_weights(folder)
    network: nn.Module = _load(network_class, folder, device, dtype)
    return network


def _load(kind: Any, folder: Path, device: str, dtype: torch.dtype) -> Any:
    try:
        return kind.from_pretrained(
            folder,
            dtype=dtype,
            variant=_variant(folder),
            use_safetensors=True,
            local_files_only=True,
        ).to(device)
    except Exception as error:  # diffusers and transformers raise of every kind
        if is_out_of_memory(error):
            raise
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelError(f"the model in {folder} can't be loaded: {reason}") from error


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a pipeline's parts, or of the one network that `folder` is."""
    # Beside a pipeline's parts there is often the same model once more, in one file.
    return list(folder.glob("*/*.safetensors")) or list(folder.glob("*.safetensors"))


def _variant(folder: Path) -> str | None:
    """`fp16` where a network's weights are there in half precision only; diffusers must be told."""
    names: dict[Path, list[str]] = {}
    for file in weight_files(folder):
        names.setdefault(file.parent, []).append(file.name)
    halves = (all(".fp16." in name for name in there) for there in names.values())
    return "fp16" if any(halves) else None


def _class_name(folder: Path, file: str, kind: str) -> object:
    try:
        return json.loads((folder / file).read_text())["_class_name"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        problem = f"is no diffusers {kind}" if folder.is_dir() else "doesn't exist"
        raise ModelError(f"the model folder {folder} {problem}") from None


def _check_weights(part: Path) -> None:
    names = [path.name for path in part.iterdir()]
    safe = any(name.endswith(".safetensors") for name in names)
    if not safe and any(name.endswith(PICKLE_ENDINGS) for name in names):
        raise ModelError(f"the weights in {part} are no safetensors; convert them first")
