"""The starting noise of every frame, and the generators for noise that a scheduler adds."""

import torch
from diffusers import DiffusionPipeline
from torch import Tensor

from engine.plan import FramePlan, FramePoint
from engine.render.interpolation import slerp

Shape = tuple[int, int, int]
"""Channels × height × width of a frame's latents."""


def pixels_per_latent(pipeline: DiffusionPipeline) -> int:
    """How many pixels a latent is wide and high: 8 for a pipeline that doesn't tell."""
    return int(getattr(pipeline, "vae_scale_factor", 8))


def latent_shape(pipeline: DiffusionPipeline, plan: FramePlan) -> Shape:
    """The shape of the latents that become a frame of the plan's size.

    Also where a pipeline packs them before it denoises, as Flux does: noise is drawn as it lies in
    the picture, so that it is what diffusers draws for the same seed.
    """
    factor = pixels_per_latent(pipeline)
    return plan.latent_channels, plan.height // factor, plan.width // factor


def _draw(generator: torch.Generator, shape: Shape) -> Tensor:
    return torch.randn((1, *shape), generator=generator)


def _generator(seed: int) -> torch.Generator:
    # On the CPU, so that a seed means the same noise on every device.
    return torch.Generator("cpu").manual_seed(seed)


def keyframe_noise(seed: int, shape: Shape) -> Tensor:
    """A keyframe's standard normal noise, 1×C×H×W on the CPU: what diffusers draws for the seed."""
    return _draw(_generator(seed), shape)


def frame_noise(plan: FramePlan, frame: FramePoint, shape: Shape) -> Tensor:
    """The frame's starting noise, 1×C×H×W on the CPU.

    Noise is turned as one vector, all of a latent together: so the mixture stays as long as a
    normal draw is, which linear mixing would shorten and a denoiser would paint grey. With a fixed
    latent every frame has the first keyframe's noise.
    """
    if plan.use_fixed_latent:
        return keyframe_noise(plan.keyframes[0].seed, shape)
    source = keyframe_noise(plan.keyframes[frame.source].seed, shape)
    if plan.keyframes[frame.target].seed == plan.keyframes[frame.source].seed:
        return source
    target = keyframe_noise(plan.keyframes[frame.target].seed, shape)
    return slerp(source.flatten(1), target.flatten(1), frame.weight).view(source.shape)


def step_generator(plan: FramePlan, shape: Shape) -> torch.Generator:
    """A generator for the noise that an ancestral scheduler adds between its steps.

    Each frame takes a new one, and all are alike: a frame doesn't depend on its batch, and the
    added noise holds still while the picture moves. The starting noise is drawn from it first, as
    diffusers does, so that the two are independent.
    """
    generator = _generator(plan.keyframes[0].seed)
    _draw(generator, shape)
    return generator
