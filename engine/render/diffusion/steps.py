"""Watching a pipeline's denoising steps: to stop between two of them, and to change their latents.

Newer pipelines call `callback_on_step_end` and go on with the latents it returns. Those of T2I
adapters have only the old `callback`: it is handed the very tensor that the next step works on, so
there latents are changed in place.
"""

import threading
from dataclasses import dataclass
from typing import Any, Protocol

from diffusers import DiffusionPipeline
from torch import Tensor

from engine.errors import InputError, RenderCancelled
from engine.render.signature import accepted


@dataclass(frozen=True, slots=True)
class Step:
    """A denoising step that has been taken.

    `index` is its position among all `steps` of the full schedule: what begins at a picture and
    takes the last k of them has steps-k … steps-1. `timestep` is the scheduler's, which falls.
    """

    index: int
    steps: int
    timestep: float


class StepHook(Protocol):
    """What is called after each denoising step."""

    def __call__(self, step: Step, latents: Tensor) -> Tensor:
        """The latents to go on with, of the same shape: B×C×h×w, or B×tokens×width in Flux."""


class StepWatch:
    """Follows one run of a pipeline, which takes the last steps of `steps`, from `first` on."""

    def __init__(
        self, stop: threading.Event, after_step: StepHook | None, first: int, steps: int
    ) -> None:
        self._stop = stop
        self._after_step = after_step
        self._first = first
        self._steps = steps
        self._taken = 0

    def check(self) -> None:
        """Raise RenderCancelled once the stop is set.

        Leaving by an exception, not by `pipeline._interrupt`, saves decoding an unfinished picture.
        """
        if self._stop.is_set():
            raise RenderCancelled("the render was stopped")

    def arguments(self, pipeline: DiffusionPipeline) -> dict[str, Any]:
        """What makes the pipeline tell its steps; InputError where it can't and a hook waits."""
        names = accepted(pipeline)
        telling: dict[str, Any]
        if "callback_on_step_end" in names:
            telling = {
                "callback_on_step_end": self._on_step_end,
                "callback_on_step_end_tensor_inputs": ["latents"],
            }
            return {name: telling[name] for name in telling.keys() & names}
        if "callback" in names:
            telling = {"callback": self._callback, "callback_steps": 1}
            return {name: telling[name] for name in telling.keys() & names}
        if self._after_step is not None:
            raise InputError(
                "coherence_scale",
                f"a {type(pipeline).__name__} doesn't let its steps be changed",
                "set it and noise to 0, or choose another pipeline",
            )
        return {}

    def _on_step_end(
        self,
        pipeline: DiffusionPipeline,
        evaluation: int,
        timestep: Tensor,
        tensors: dict[str, Any],
    ) -> dict[str, Any]:
        self.check()
        if not self._ends_step(pipeline.scheduler, evaluation):
            return tensors
        return tensors | {"latents": self._hooked(timestep, tensors["latents"])}

    def _callback(self, _: int, timestep: Tensor, latents: Tensor) -> None:
        # Called at the end of whole steps alone.
        self.check()
        changed = self._hooked(timestep, latents)
        if changed is not latents:
            latents.copy_(changed)

    def _hooked(self, timestep: Tensor, latents: Tensor) -> Tensor:
        step = Step(self._first + self._taken, self._steps, float(timestep))
        self._taken += 1
        return latents if self._after_step is None else self._after_step(step, latents)

    def _ends_step(self, scheduler: Any, evaluation: int) -> bool:
        """Whether an evaluation of the network, counted from 0 in this run, ends a step.

        A scheduler of second order evaluates it twice a step, but for the last; PNDM once more in
        the first. This is how pipelines themselves count what they show as progress.
        """
        order = getattr(scheduler, "order", 1)
        evaluations = len(scheduler.timesteps) - self._first * order
        more = evaluations - (self._steps - self._first) * order
        number = evaluation + 1
        return number == evaluations or (number > more and number % order == 0)
