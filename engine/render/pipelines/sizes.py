"""How many bytes weights take, loaded and on the disk, and how many there are for them."""

import math
from pathlib import Path

import torch
from diffusers import DiffusionPipeline
from safetensors import SafetensorError, safe_open
from torch import nn

from engine.render.pipelines.loading import weight_files

CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")
# What a render itself needs on top of the weights is of their order of magnitude.
_SHARE_FOR_WEIGHTS = 0.6


def loaded_bytes(part: DiffusionPipeline | nn.Module) -> int:
    """The bytes of a pipeline's or a network's parameters and buffers, each counted once."""
    modules = [part] if isinstance(part, nn.Module) else part.components.values()
    tensors = {
        id(tensor): tensor.nbytes
        for module in modules
        if isinstance(module, nn.Module)
        for tensor in (*module.parameters(), *module.buffers())
    }
    return sum(tensors.values())


def expected_bytes(folder: Path, dtype: torch.dtype) -> int:
    """The bytes that a diffusers folder's weights will take in `dtype`, from their headers alone.

    Of weights saved in several precisions (`….fp16.safetensors`) only the plain ones count.
    """
    files = weight_files(folder)
    plain = [file for file in files if "." not in file.stem]
    return sum(_numbers(file) for file in plain or files) * dtype.itemsize


def _numbers(file: Path) -> int:
    try:
        with safe_open(file, framework="pt") as weights:
            names = weights.keys()  # no mapping, so it can't be iterated itself
            return sum(math.prod(weights.get_slice(name).get_shape()) for name in names)
    except (OSError, SafetensorError):
        return 0  # what is wrong with it is told when it is loaded


def budget_for_weights(device: str) -> int:
    """How many bytes of the memory that is free now may hold weights.

    The device's own memory where it has some; else the machine's, within the container's limit.
    """
    if device.startswith("cuda"):
        free, _ = torch.cuda.mem_get_info(device)
        return math.floor(free * _SHARE_FOR_WEIGHTS)
    return math.floor(min(_machine_free(), _container_free()) * _SHARE_FOR_WEIGHTS)


def _machine_free() -> float:
    try:
        lines = _MEMINFO.read_text().splitlines()
        kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
        return kilobytes * 1024
    except (OSError, ValueError, StopIteration):  # another system, which tells nothing
        return math.inf


def _container_free() -> float:
    try:
        limit, used = (
            int((CGROUP / name).read_text()) for name in ("memory.max", "memory.current")
        )
        return max(0, limit - used)
    except (OSError, ValueError):  # no container, or "max": no limit
        return math.inf
