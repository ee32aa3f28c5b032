"""What ControlNets and T2I adapters are shown, as the arguments of a pipeline's call."""

from collections.abc import Sequence
from typing import Any

import torch
from diffusers import DiffusionPipeline
from torch import Tensor

from engine.errors import RenderError
from engine.media import Picture
from engine.render.diffusion.latents import pixels
from engine.render.signature import accepted

_LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in a picture's brightness: ITU-R BT.601, section 2.5.1."""


def control_arguments(
    pipeline: DiffusionPipeline,
    pictures: Sequence[Sequence[Picture]],
    scales: Sequence[float],
) -> dict[str, Any]:
    """The arguments that show each net its B pictures, of the frames' size, and how strongly.

    RenderError where the pipeline has no net to show them to.
    """
    if not pictures:
        return {}
    names = accepted(pipeline)
    image = "control_image" if "control_image" in names else "image"
    if "controlnet_conditioning_scale" in names:
        shown = [pixels(each) for each in pictures]
        return {
            image: _one_or_all(shown),
            "controlnet_conditioning_scale": _one_or_all([float(scale) for scale in scales]),
        }
    if "adapter_conditioning_scale" in names:
        shown = [
            _as_adapter_wants(pixels(each), adapter.config)
            for each, adapter in zip(pictures, _adapters(pipeline), strict=True)
        ]
        return {
            image: _one_or_all(shown),
            "adapter_conditioning_scale": _one_or_all([float(scale) for scale in scales]),
        }
    raise RenderError(f"a {type(pipeline).__name__} has no ControlNet or adapter to show pictures")


def _one_or_all(values: list[Any]) -> Any:
    """Pipelines take a list where they have several nets, and a value by itself for one."""
    return values[0] if len(values) == 1 else values


def _adapters(pipeline: DiffusionPipeline) -> Sequence[Any]:
    several: Sequence[Any] = getattr(pipeline.adapter, "adapters", [pipeline.adapter])
    return several


def _as_adapter_wants(shown: Tensor, config: Any) -> Tensor:
    """B×3×H×W as one channel for an adapter of drawings, and in whole blocks of its own.

    An adapter for Stable Diffusion XL has blocks of 16 pixels, where pictures have multiples of 8:
    the last block is filled up with the picture's edge, as the UNet rounds its halves up.
    """
    if config.in_channels == 1:
        shown = torch.tensordot(shown, shown.new_tensor(_LUMA), dims=([1], [0])).unsqueeze(1)
    block = config.downscale_factor
    height, width = shown.shape[2:]
    missing = (0, -width % block, 0, -height % block)
    return torch.nn.functional.pad(shown, missing, mode="replicate") if any(missing) else shown
