"""Pipelines from local folders: safetensors weights only, and no code but diffusers' own."""

import os

# Read by the libraries once, when they are imported. transformers warns of a missing torchvision,
# which is left out on purpose.
os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import json
import math
from collections.abc import Callable
from pathlib import Path

import diffusers
import torch
import transformers
from diffusers import AutoPipelineForImage2Image, DiffusionPipeline
from transformers import CLIPTextModel

from engine.errors import ModelError

PICKLE_ENDINGS = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")

diffusers.utils.logging.disable_progress_bar()
transformers.utils.logging.disable_progress_bar()

if not hasattr(CLIPTextModel, "text_model"):
    # transformers 5.6 flattened the class; diffusers' clip_skip and Compel still look inside it.
    CLIPTextModel.text_model = property(lambda self: self)


class PipelineCache:
    """The pipeline that was used last, and its image-to-image sibling, ready for the next job.

    `locate` gives the folder of a model's name. Only one model is kept: two may not fit the memory.
    """

    def __init__(self, locate: Callable[[str], Path], device: str = "cpu") -> None:
        self._locate = locate
        self._device = device
        self._loaded: tuple[Path, DiffusionPipeline] | None = None
        self._sibling: DiffusionPipeline | None = None

    def text_to_image(self, model: str) -> DiffusionPipeline:
        """The model's own pipeline. ModelError as `load_pipeline`."""
        folder = self._locate(model)
        if self._loaded is None or self._loaded[0] != folder:
            self._loaded = self._sibling = None  # frees the old one before the new one is read
            self._loaded = (folder, load_pipeline(folder, self._device))
        return self._loaded[1]

    def image_to_image(self, model: str) -> DiffusionPipeline:
        """The model's image-to-image form. ModelError as `load_pipeline`, or if it has none."""
        pipeline = self.text_to_image(model)
        if self._sibling is None:
            self._sibling = image_to_image(pipeline)
        return self._sibling


def load_pipeline(folder: Path, device: str = "cpu") -> DiffusionPipeline:
    """Load a diffusers folder onto `device`, in float32 on a CPU and float16 elsewhere.

    ModelError if the folder is missing, is no diffusers pipeline, brings code of its own, or has
    weights in another form than safetensors.
    """
    _check_index(folder)
    _check_weights(folder)
    try:
        pipeline = DiffusionPipeline.from_pretrained(
            folder,
            dtype=torch.float32 if device == "cpu" else torch.float16,
            use_safetensors=True,
            local_files_only=True,
        )
    except Exception as error:  # diffusers and transformers raise of every kind
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelError(f"the model in {folder} can't be loaded: {reason}") from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def image_to_image(pipeline: DiffusionPipeline) -> DiffusionPipeline:
    """The image-to-image form of `pipeline`: its weights, and a scheduler of its own.

    ModelError if diffusers has no such form.
    """
    scheduler = type(pipeline.scheduler).from_config(pipeline.scheduler.config)
    try:
        sibling = AutoPipelineForImage2Image.from_pipe(pipeline, scheduler=scheduler)
    except ValueError as error:
        kind = type(pipeline).__name__
        raise ModelError(f"a {kind} can't start from a picture; leave the picture out") from error
    sibling.set_progress_bar_config(disable=True)
    return sibling


def use_threads(count: int | None = None) -> None:
    """Let torch compute on `count` CPU threads.

    By default: OMP_NUM_THREADS, or else the cores that this process may really use. One thread more
    than that makes every thread wait for the others, hundreds of times a step.
    """
    wish = os.environ.get("OMP_NUM_THREADS", "")
    torch.set_num_threads(count or (int(wish) if wish.isdecimal() and int(wish) else free_cores()))


def free_cores() -> int:
    """The cores this process may use: its CPU affinity, within its container's quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = CGROUP_QUOTA.read_text().split()
        return max(1, min(cores, math.floor(int(quota) / int(period))))
    except (OSError, ValueError):  # no container, or "max": no quota
        return cores


def _check_index(folder: Path) -> None:
    try:
        index = json.loads((folder / "model_index.json").read_text())
        kind = index["_class_name"]
    except (OSError, ValueError, KeyError, TypeError):
        problem = "is no diffusers pipeline" if folder.is_dir() else "doesn't exist"
        raise ModelError(f"the model folder {folder} {problem}") from None
    if not isinstance(kind, str):
        raise ModelError(f"the model in {folder} brings code of its own, which is never run")


def _check_weights(folder: Path) -> None:
    for part in sorted(path for path in folder.iterdir() if path.is_dir()):
        names = [path.name for path in part.iterdir()]
        safe = any(name.endswith(".safetensors") for name in names)
        if not safe and any(name.endswith(PICKLE_ENDINGS) for name in names):
            raise ModelError(f"the weights in {part} are no safetensors; convert them first")
