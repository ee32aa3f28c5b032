"""Frames out of a plan: the stages, composed."""

import threading
from collections.abc import Iterator, Sequence
from itertools import groupby

import torch

from engine.plan import FramePlan, FramePoint
from engine.render import Picture
from engine.render.diffusion import Batch, Diffusion, steps_for
from engine.render.media import PictureAt, open_pictures
from engine.render.noise import frame_noise, step_generator
from engine.render.pipelines import PipelineCache
from engine.render.prompts import condition
from engine.request import Inputs


def render_frames(
    pipelines: PipelineCache, plan: FramePlan, inputs: Inputs, stop: threading.Event
) -> Iterator[Picture]:
    """The plan's frames in order, each height × width × 3, RGB.

    With a picture or a video among the inputs the frames start from it, else from noise alone.
    Memory does not grow with the number of frames. Errors: RenderCancelled within a denoising step
    after `stop` is set; ModelError, MediaError, InputError and RenderError as the stages say.
    """
    with open_pictures(inputs, plan.width, plan.height) as picture_at:
        renderer = _Renderer(pipelines, plan, picture_at, stop)
        for frames in _batches(plan, by_strength=picture_at is not None):
            yield from renderer.render(frames)


class _Renderer:
    def __init__(
        self,
        pipelines: PipelineCache,
        plan: FramePlan,
        picture_at: PictureAt | None,
        stop: threading.Event,
    ) -> None:
        choose = pipelines.text_to_image if picture_at is None else pipelines.image_to_image
        pipeline = choose(plan.model)
        factor = pipeline.vae_scale_factor
        self._plan = plan
        self._picture_at = picture_at
        self._shape = (plan.latent_channels, plan.height // factor, plan.width // factor)
        self._conditioning = condition(pipeline, plan)
        self._diffusion = Diffusion(pipeline, plan.steps, stop)

    def render(self, frames: Sequence[FramePoint]) -> list[Picture]:
        """Pictures of frames that agree in guidance scale and, with input pictures, in steps."""
        batch = Batch(
            conditioning=self._conditioning.arguments(frames),
            noise=torch.cat([frame_noise(self._plan, frame, self._shape) for frame in frames]),
            generators=[step_generator(self._plan, self._shape) for _ in frames],
            guidance_scale=frames[0].guidance_scale,
        )
        if self._picture_at is None:
            return self._diffusion.from_noise(batch)
        pictures = [self._picture_at(frame.time) for frame in frames]
        steps_taken = steps_for(frames[0].strength, self._plan.steps)
        return self._diffusion.from_pictures(batch, pictures, steps_taken)


def _batches(plan: FramePlan, by_strength: bool) -> Iterator[list[FramePoint]]:
    """Runs of frames that can share a pipeline call, at most `batch_size` each."""

    def alike(frame: FramePoint) -> tuple[float, int]:
        return frame.guidance_scale, steps_for(frame.strength, plan.steps) if by_strength else 0

    for _, run in groupby(plan.frames, alike):
        frames = list(run)
        for start in range(0, len(frames), plan.batch_size):
            yield frames[start : start + plan.batch_size]
