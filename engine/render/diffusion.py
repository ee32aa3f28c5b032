"""Denoising a batch of frames with a diffusers pipeline.

A frame is a function of the plan and its own number, never of the batch it is computed in: it has
its own noise, generator and prompt, and a batch holds only frames of equal guidance and steps, as a
pipeline takes one of each for a whole batch.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion_img2img import retrieve_latents
from torch import Tensor

from engine.errors import RenderCancelled, RenderError
from engine.render import Picture


@dataclass(frozen=True, slots=True)
class Batch:
    """B frames for one call of a pipeline.

    `conditioning` holds the pipeline's arguments for the prompts, `noise` is B×C×h×w and standard
    normal, `generators` has one for each frame.
    """

    conditioning: Mapping[str, Any]
    noise: Tensor
    generators: Sequence[torch.Generator]
    guidance_scale: float


class Diffusion:
    """Runs a pipeline with `steps` denoising steps until `stop` is set, one step later at most."""

    def __init__(self, pipeline: DiffusionPipeline, steps: int, stop: threading.Event) -> None:
        self._pipeline = pipeline
        self._steps = steps
        self._stop = stop
        self._encoded: tuple[Picture, Tensor] | None = None

    def from_noise(self, batch: Batch) -> list[Picture]:
        """B pictures out of nothing but noise. RenderCancelled, or RenderError out of memory."""
        height, width = (side * self._pipeline.vae_scale_factor for side in batch.noise.shape[2:])
        return self._run(batch, latents=self._placed(batch.noise), width=width, height=height)

    def from_pictures(
        self, batch: Batch, pictures: Sequence[Picture], steps_taken: int
    ) -> list[Picture]:
        """B pictures that begin as `pictures` under as much noise as `steps_taken` steps remove.

        Errors as `from_noise`.
        """
        latents = torch.cat([self._encode(picture) for picture in pictures])
        # Half a step more than asked, as the pipeline rounds steps × strength down.
        strength = min(1.0, (steps_taken + 0.5) / self._steps)
        with _starting_from(self._pipeline.scheduler, self._placed(batch.noise)):
            return self._run(batch, image=latents, strength=strength)

    @torch.inference_mode()
    def _run(self, batch: Batch, **start: Any) -> list[Picture]:
        self._check(self._pipeline, 0, 0, {})
        try:
            images = self._pipeline(
                **batch.conditioning,
                **start,
                num_inference_steps=self._steps,
                guidance_scale=batch.guidance_scale,
                generator=list(batch.generators),
                callback_on_step_end=self._check,
                output_type="np",
            ).images
        except torch.OutOfMemoryError as error:
            raise RenderError("memory ran out; choose a smaller size or batch_size") from error
        return list((images * 255).round().astype(np.uint8))

    def _check(
        self, pipeline: DiffusionPipeline, step: int, timestep: int, tensors: dict[str, Any]
    ) -> dict[str, Any]:
        # Leaving by an exception, not by pipeline._interrupt, saves decoding an unfinished picture.
        if self._stop.is_set():
            raise RenderCancelled("the render was stopped")
        return tensors

    @torch.inference_mode()
    def _encode(self, picture: Picture) -> Tensor:
        """The picture's latents, 1×C×h×w. A picture that stays is encoded once."""
        if self._encoded is None or self._encoded[0] is not picture:
            vae = self._pipeline.vae
            pixels = torch.from_numpy(picture).permute(2, 0, 1)[None] / 127.5 - 1
            latents = retrieve_latents(vae.encode(self._placed(pixels)), sample_mode="argmax")
            self._encoded = (picture, latents * vae.config.scaling_factor)
        return self._encoded[1]

    def _placed(self, tensor: Tensor) -> Tensor:
        return tensor.to(self._pipeline.device, self._pipeline.dtype)


def steps_for(strength: float, steps: int) -> int:
    """How many of `steps` denoising steps change a picture with `strength` 0…1: at least one."""
    rounding = 1e-9  # 0.29 · 100 is 28.999…
    return min(steps, max(1, int(steps * strength + rounding)))


@contextmanager
def _starting_from(scheduler: Any, noise: Tensor) -> Iterator[None]:
    """Make a pipeline's own noising of its input picture use `noise`.

    Image-to-image pipelines have no argument for it: they draw noise of their own and hand it to
    the scheduler, which is the one place that all of them go through.
    """
    add_noise = scheduler.add_noise
    scheduler.add_noise = lambda picture, _, timesteps: add_noise(picture, noise, timesteps)
    try:
        yield
    finally:
        del scheduler.add_noise
