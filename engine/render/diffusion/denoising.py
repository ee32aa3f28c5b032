"""Denoising a batch of frames with a diffusers pipeline.

A frame is a function of the plan and its own number, never of the batch it is computed in: it has
its own noise, generator and prompt, and a batch holds only frames of equal guidance, steps and
control scales, as a pipeline takes one of each for a whole batch.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import torch
from diffusers import DiffusionPipeline
from torch import Tensor

from engine.errors import GiffusionError, RenderError
from engine.media import Picture
from engine.render.diffusion.control import control_arguments
from engine.render.diffusion.generators import drawing_from
from engine.render.diffusion.latents import (
    encode,
    packed,
    pixels,
    placed,
    starting_from,
    takes_latents,
)
from engine.render.diffusion.refusal import refusal
from engine.render.diffusion.steps import StepHook, StepWatch
from engine.render.memory import is_out_of_memory
from engine.render.noise import pixels_per_latent
from engine.render.signature import accepted, as_called


@dataclass(frozen=True, slots=True)
class Batch:
    """B frames for one call of a pipeline.

    `conditioning` holds the pipeline's arguments for the prompts, `noise` is B×C×h×w and standard
    normal, `generators` has one for each frame. Each ControlNet or adapter, in their order, has B
    pictures of the frames' size in `control_pictures` and a number in `control_scales`.
    """

    conditioning: Mapping[str, Any]
    noise: Tensor
    generators: Sequence[torch.Generator]
    guidance_scale: float
    control_pictures: Sequence[Sequence[Picture]] = ()
    control_scales: Sequence[float] = ()


class Pipelines(Protocol):
    """A model's two ways of drawing."""

    @property
    def from_noise(self) -> DiffusionPipeline:
        """The pipeline that starts from noise alone."""

    @property
    def from_picture(self) -> DiffusionPipeline:
        """The pipeline that starts from a picture."""


class Diffusion:
    """Runs pipelines with `steps` denoising steps until `stop` is set, one step later at most.

    `pipeline_args` go to every call as they are; with `scheduler_args` the pipelines' schedulers
    were made. `after_step` is called after every step. Of what is given besides, a pipeline of the
    operator's own is handed what its call takes: one without `latents` draws noise of its own, and
    one without a callback can only be stopped between calls.
    """

    def __init__(
        self,
        pipelines: Pipelines,
        steps: int,
        stop: threading.Event,
        pipeline_args: Mapping[str, Any] | None = None,
        after_step: StepHook | None = None,
        *,
        scheduler_args: Mapping[str, Any] | None = None,
    ) -> None:
        self._pipelines = pipelines
        self._steps = steps
        self._stop = stop
        self._pipeline_args = dict(pipeline_args or {})
        self._scheduler_args = dict(scheduler_args or {})
        self._after_step = after_step
        self._encoded: tuple[Picture, Tensor] | None = None

    def from_noise(self, batch: Batch) -> list[Picture]:
        """B pictures, H×W×3, out of nothing but noise.

        RenderCancelled within a step of the stop; RenderError out of range, or where a pipeline of
        the operator's own fails; InputError where one can't do what is asked of it. Where memory
        runs out the error is torch's own.
        """
        pipeline = self._pipelines.from_noise
        return self._run(pipeline, batch, first=0, **_noise_start(pipeline, batch.noise))

    def from_pictures(
        self, batch: Batch, pictures: Sequence[Picture], steps_taken: int
    ) -> list[Picture]:
        """B pictures that begin as `pictures` under as much noise as `steps_taken` steps remove.

        A pipeline that looks at its picture all the time, as InstructPix2Pix does, takes all steps.
        Errors as `from_noise`.
        """
        pipeline = self._pipelines.from_picture
        if "strength" not in accepted(pipeline):
            start = _noise_start(pipeline, batch.noise) | {"image": pixels(pictures)}
            return self._run(pipeline, batch, first=0, **start)
        start = {
            "image": self._latents(pipeline, pictures),
            # Exact, as some pipelines round steps × strength down and some up.
            "strength": Fraction(steps_taken, self._steps),
            **_size(pipeline, batch.noise),
        }
        with starting_from(pipeline.scheduler, placed(pipeline, batch.noise)):
            return self._run(pipeline, batch, first=self._steps - steps_taken, **start)

    @torch.inference_mode()
    def _run(
        self, pipeline: DiffusionPipeline, batch: Batch, first: int, **start: Any
    ) -> list[Picture]:
        watch = StepWatch(self._stop, self._after_step, first, self._steps)
        watch.check()
        arguments = {
            "num_inference_steps": self._steps,
            "guidance_scale": batch.guidance_scale,
            "generator": list(batch.generators),
            "output_type": "np",
            **start,
        }
        taken = {name: arguments[name] for name in arguments.keys() & accepted(pipeline)}
        control = control_arguments(pipeline, batch.control_pictures, batch.control_scales)
        try:
            with drawing_from(pipeline.scheduler, batch.generators):
                images = pipeline(
                    **as_called(pipeline, self._pipeline_args),
                    **batch.conditioning,
                    **taken,
                    **control,
                    **watch.arguments(pipeline),
                ).images
        except GiffusionError:
            raise
        except Exception as error:  # of every kind, where what users or operators gave is wrong
            if is_out_of_memory(error):
                raise
            told = refusal(pipeline, error, self._pipeline_args, self._scheduler_args)
            if told is None:
                raise
            raise told from error
        return _as_pictures(images)

    def _latents(self, pipeline: DiffusionPipeline, pictures: Sequence[Picture]) -> Tensor:
        """The pictures as latents, which skips the pipeline's own drawing of them, or as pixels."""
        if not takes_latents(pipeline):
            return pixels(pictures)
        return torch.cat([self._encode(pipeline, picture) for picture in pictures])

    def _encode(self, pipeline: DiffusionPipeline, picture: Picture) -> Tensor:
        """The picture's latents, 1×C×h×w. A picture that stays is encoded once."""
        if self._encoded is None or self._encoded[0] is not picture:
            self._encoded = (picture, encode(pipeline, picture))
        return self._encoded[1]


def _as_pictures(images: Sequence[Any]) -> list[Picture]:
    """What a pipeline returns: numbers of 0 … 1, or PIL images where it takes no output_type."""
    array = np.stack([np.asarray(image) for image in images])
    if array.dtype == np.uint8:
        return list(array)
    if not np.isfinite(array).all():  # which would be black
        raise RenderError(
            "numbers ran out of range while drawing; choose another scheduler, "
            "or change scheduler_args or pipeline_args"
        )
    # Row by row, as what is read back from a file: how a picture lies in memory is seen in the
    # lowest bits of what begins as it.
    return list((array * 255).round().astype(np.uint8, order="C"))


def _noise_start(pipeline: DiffusionPipeline, noise: Tensor) -> dict[str, Any]:
    return {"latents": placed(pipeline, packed(pipeline, noise)), **_size(pipeline, noise)}


def _size(pipeline: DiffusionPipeline, noise: Tensor) -> dict[str, int]:
    """The pictures' size in pixels."""
    height, width = (side * pixels_per_latent(pipeline) for side in noise.shape[2:])
    return {"height": height, "width": width}
