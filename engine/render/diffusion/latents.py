"""Between pictures, noise and latents, as the pipeline at hand has them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion_img2img import retrieve_latents
from torch import Tensor

from engine.media import Picture


def pixels(pictures: Sequence[Picture]) -> Tensor:
    """B pictures of one size as B×3×H×W in 0 … 1, the range that all pipelines take."""
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2) / 255


def placed(pipeline: DiffusionPipeline, tensor: Tensor) -> Tensor:
    """`tensor` on the device and in the precision that the pipeline computes in."""
    return tensor.to(pipeline._execution_device, pipeline.dtype)


def packed(pipeline: DiffusionPipeline, latents: Tensor) -> Tensor:
    """Latents B×C×h×w in the layout they are denoised in: Flux makes a token of each 2×2."""
    pack = getattr(pipeline, "_pack_latents", None)
    return latents if pack is None else pack(latents, *latents.shape)


def takes_latents(pipeline: DiffusionPipeline) -> bool:
    """Whether the pipeline understands latents as its starting picture.

    diffusers' image processors let a tensor through that has as many channels as latents have.
    """
    processor = getattr(pipeline, "image_processor", None)
    config = getattr(processor, "config", None)
    expected = getattr(config, "vae_latent_channels", None)
    return expected is not None and bool(expected == pipeline.vae.config.latent_channels)


@torch.inference_mode()
def encode(pipeline: DiffusionPipeline, picture: Picture) -> Tensor:
    """A picture's latents, 1×C×h×w: the likeliest ones, so that nothing is drawn at random."""
    vae: Any = pipeline.vae
    with _precise(vae):
        normal = placed(pipeline, pixels([picture])).to(vae.dtype) * 2 - 1
        latents = retrieve_latents(vae.encode(normal), sample_mode="argmax")
    return placed(pipeline, _standardised(latents, vae.config))


def _standardised(latents: Tensor, config: Any) -> Tensor:
    """Latents scaled to about unit variance, as the denoiser learned them."""
    mean, deviation = getattr(config, "latents_mean", None), getattr(config, "latents_std", None)
    if mean is not None and deviation is not None:
        shift, spread = (latents.new_tensor(each).view(1, -1, 1, 1) for each in (mean, deviation))
        return (latents - shift) / spread * float(config.scaling_factor)
    shift_factor = getattr(config, "shift_factor", None) or 0.0
    return (latents - shift_factor) * float(config.scaling_factor)


@contextmanager
def _precise(vae: Any) -> Iterator[None]:
    """Single precision for an autoencoder that overflows in half, as Stable Diffusion XL's does."""
    if vae.dtype != torch.float16 or not getattr(vae.config, "force_upcast", False):
        yield
        return
    vae.to(torch.float32)
    try:
        yield
    finally:
        vae.to(torch.float16)


@contextmanager
def starting_from(scheduler: Any, given: Tensor) -> Iterator[None]:
    """Make a pipeline's own noising of its starting picture use the `given` noise, B×C×h×w.

    Image-to-image pipelines have no argument for it: they draw noise of their own and hand it to
    the scheduler, which is the one place that all of them go through: `add_noise`, or `scale_noise`
    with flow matching.
    """
    add = getattr(scheduler, "add_noise", None)
    scale = getattr(scheduler, "scale_noise", None)

    def add_noise(original_samples: Tensor, noise: Tensor, timesteps: Tensor) -> Any:
        return add(original_samples, given, timesteps)  # type: ignore[misc]

    def scale_noise(sample: Tensor, timestep: Any, noise: Tensor | None = None) -> Any:
        return scale(sample, timestep, given)  # type: ignore[misc]

    if add is not None:
        scheduler.add_noise = add_noise
    if scale is not None:
        scheduler.scale_noise = scale_noise
    try:
        yield
    finally:
        for name in ("add_noise", "scale_noise"):
            vars(scheduler).pop(name, None)
