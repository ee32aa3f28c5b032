"""Drawing frames: prompts, noise, control pictures and colours brought to the diffusion."""

import threading
from collections.abc import Sequence
from functools import partial

import torch

from engine.dependence import steps_for
from engine.media import Picture
from engine.plan import FramePlan, FramePoint
from engine.render.backoff import Backoff
from engine.render.coherence import FrameCoherence
from engine.render.color import ColorReference
from engine.render.control import Control
from engine.render.diffusion import Batch, Diffusion
from engine.render.memory import smaller
from engine.render.noise import frame_noise, latent_shape, step_generator
from engine.render.pipelines.assembly import Assembly
from engine.render.prompts import condition
from engine.render.sequence import Drawn
from engine.render.state import State


class Drawing:
    """Draws the frames of one plan with one assembly of pipelines.

    What is the same for a whole render is made once, here. `starts_from_picture` tells whether the
    first frame does.
    """

    def __init__(
        self,
        assembly: Assembly,
        plan: FramePlan,
        control: Control,
        *,
        starts_from_picture: bool,
        stop: threading.Event,
    ) -> None:
        pipeline = assembly.from_picture if starts_from_picture else assembly.from_noise
        coherence = FrameCoherence(plan.coherence, plan.keyframes[0].seed)
        self._plan = plan
        self._control = control
        self._shape = latent_shape(pipeline, plan)
        self._conditioning = condition(pipeline, plan)
        self._coherence = coherence if plan.is_coherent else None
        self._colors: ColorReference | None = None
        spec = plan.pipeline
        self._backoff = Backoff(
            assembly.let_go_of_others,
            partial(assembly.tile, plan.width, plan.height),
            smaller(plan),
        )
        self._diffusion = Diffusion(
            assembly,
            plan.steps,
            stop,
            spec.pipeline_args,
            self._coherence,
            scheduler_args=spec.scheduler_args,
        )

    def draw(self, frames: Sequence[FramePoint], starts: Sequence[Picture] | None) -> list[Picture]:
        """Pictures of frames that are alike, from noise alone or from `starts`.

        All at once, or fewer where there isn't the memory for that. RenderCancelled within a
        denoising step after the stop is set; RenderError where memory runs out for a single one.
        """
        return self._backoff.drawn(self._draw, frames, starts)

    def _draw(
        self, frames: Sequence[FramePoint], starts: Sequence[Picture] | None
    ) -> list[Picture]:
        """All at once. Where that fails it can be done again: what is drawn from is made anew."""
        if self._coherence:
            self._coherence.begin_frame(frames[0])
        batch = self._batch(frames)
        if starts is None:
            return self._matched(self._diffusion.from_noise(batch))
        steps_taken = steps_for(frames[0].strength, self._plan.steps)
        coloured = self._matched(starts) if self._colors else starts
        return self._matched(self._diffusion.from_pictures(batch, coloured, steps_taken))

    def state(self, last: Drawn) -> State:
        """What is carried on from the frame that was drawn last."""
        colors = self._colors.histograms if self._colors else None
        latents = self._coherence.kept() if self._coherence else {}
        return State(last.frame, last.picture, colors, latents)

    def go_on_from(self, state: State) -> None:
        """Draw on from where another drawing of the same plan was."""
        if state.colors is not None:
            self._colors = ColorReference(state.colors)
        if self._coherence:
            self._coherence.go_on_from(state.latents)

    def _batch(self, frames: Sequence[FramePoint]) -> Batch:
        return Batch(
            conditioning=self._conditioning.arguments(frames),
            noise=torch.cat([frame_noise(self._plan, frame, self._shape) for frame in frames]),
            generators=[step_generator(self._plan, self._shape) for _ in frames],
            guidance_scale=frames[0].guidance_scale,
            control_pictures=self._control.pictures(frames),
            control_scales=self._control.scales(frames[0]),
        )

    def _matched(self, pictures: Sequence[Picture]) -> list[Picture]:
        """With the colours of the first picture that was drawn, if they are to be held."""
        if not self._plan.coherence.color_match:
            return list(pictures)
        self._colors = self._colors or ColorReference.of(pictures[0])
        return [self._colors.match(picture) for picture in pictures]
