"""Holding neighbouring frames together while they are drawn.

After a denoising step a frame's latents l are pulled towards what the previous frame had at the
same step, r:  l ← l − scale · ∂/∂l mean((l − r)²),  and then  r ← alpha · l + (1 − alpha) · r  is
kept for the next frame. The gradient of the mean is 2 (l − r) / N, so no autograd is needed.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from engine.plan import Coherence, FramePoint

ELEMENTS = 4 * 64 * 64
"""N: the latents of a 512×512 picture have so many elements. It is the same for every size and
model, so that a scale means the same everywhere."""


class Step(Protocol):
    """A denoising step: its position in the full schedule, counted from 0, and that one's length.

    A frame that starts from a picture takes only the last steps of the schedule.
    """

    @property
    def index(self) -> int:
        """The step's position."""

    @property
    def steps(self) -> int:
        """How many steps the full schedule has."""


class FrameCoherence:
    """Called after every denoising step of every frame, frames one after the other.

    `begin_frame` comes before each frame's first step. The same `seed` adds the same noise.
    """

    def __init__(self, coherence: Coherence, seed: int) -> None:
        self._alpha = coherence.alpha
        self._every = coherence.every
        self._seed = seed
        self._frame: FramePoint | None = None
        self._before: dict[int, Tensor] = {}
        self._kept: dict[int, Tensor] = {}

    def kept(self) -> dict[int, Tensor]:
        """What the last frame had after each step, by the step's position: 1×… each."""
        return self._kept

    def go_on_from(self, kept: Mapping[int, Tensor]) -> None:
        """Take what a frame `kept` for that of the frame before the one to begin next."""
        self._kept = dict(kept)

    def begin_frame(self, frame: FramePoint) -> None:
        """Steps from here on are this frame's; what the last frame kept is what it is pulled to.

        A frame that is begun again, as its first try failed, starts over.
        """
        if self._frame is None or frame.index != self._frame.index:
            self._before = self._kept
        self._frame, self._kept = frame, {}

    def __call__(self, step: Step, latents: Tensor) -> Tensor:
        """The latents of one frame after the step, 1×… in any layout, pulled and with noise.

        With scale and noise 0 it's the very same tensor. A frame with nothing kept for this step
        (the first of all, or one that takes more steps than the last did) isn't pulled.
        """
        if self._frame is None or len(latents) != 1:
            raise ValueError("coherence takes one frame at a time, begun with begin_frame")
        if step.index % self._every:
            return latents
        reference = self._before.get(step.index)
        pulled = latents
        if reference is not None:
            reference = reference.to(latents)  # another process may have kept it on another device
            pulled = _pulled(latents, reference, self._frame.coherence_scale)
        self._kept[step.index] = self._remembered(pulled, reference)
        if self._frame.noise == 0 or step.index == step.steps - 1:
            return pulled
        return pulled + self._frame.noise * self._noise(self._frame.index, step.index, pulled)

    def _remembered(self, latents: Tensor, reference: Tensor | None) -> Tensor:
        if reference is None:
            return latents.clone()  # the pipeline may go on in the same memory
        return torch.lerp(reference, latents, self._alpha)

    def _noise(self, frame: int, step: int, like: Tensor) -> Tensor:
        """Standard normal noise of this frame and step alone; the same on every device."""
        key = np.random.SeedSequence((self._seed, frame, step))
        seed = int(key.generate_state(1, np.uint64)[0] >> 1)
        drawn = torch.randn(like.shape, generator=torch.Generator("cpu").manual_seed(seed))
        return drawn.to(like)


def _pulled(latents: Tensor, reference: Tensor, scale: float) -> Tensor:
    if scale == 0:
        return latents
    # In single precision: at a small scale half precision would round the pull away.
    pulled = torch.lerp(latents.float(), reference.float(), scale * 2 / ELEMENTS)
    return pulled.to(latents.dtype)
