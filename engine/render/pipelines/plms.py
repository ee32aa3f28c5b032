"""The PNDM scheduler for pipelines that start from a picture.

diffusers' own takes its first step twice, and so has the second timestep twice in its list. A
pipeline that begins in the middle of the list misses that: the scheduler goes back a step that
nobody sees, and leaves one step's noise in the picture.
"""

from typing import Any

import torch
from diffusers import PNDMScheduler
from diffusers.schedulers.scheduling_utils import SchedulerOutput
from torch import Tensor

_ADAMS_BASHFORTH = (
    (1.0,),
    (3 / 2, -1 / 2),
    (23 / 12, -16 / 12, 5 / 12),
    (55 / 24, -59 / 24, 37 / 24, -9 / 24),
)
"""Weights of the newest prediction, the one before, …, as in Liu et al. 2022 (PNDM)."""


class MidwayPNDMScheduler(PNDMScheduler):  # type: ignore[misc]
    """PNDM's linear multistep method from any timestep on, of lower order while it is new."""

    def set_timesteps(self, num_inference_steps: int, device: Any = None) -> None:
        """As PNDMScheduler, but with each timestep once."""
        super().set_timesteps(num_inference_steps, device)
        self.timesteps = torch.from_numpy(self._timesteps[::-1].astype("int64")).to(device)

    def step(
        self, model_output: Tensor, timestep: Any, sample: Tensor, return_dict: bool = True
    ) -> SchedulerOutput | tuple[Tensor]:
        """The sample one step nearer to the picture, as PNDMScheduler gives it."""
        self.ets: list[Tensor] = [*self.ets[-3:], model_output]
        weights = _ADAMS_BASHFORTH[len(self.ets) - 1]
        predicted = sum(
            weight * each for weight, each in zip(weights, reversed(self.ets), strict=True)
        )
        before = timestep - self.config.num_train_timesteps // self.num_inference_steps
        stepped = self._get_prev_sample(sample, timestep, before, predicted)
        return SchedulerOutput(prev_sample=stepped) if return_dict else (stepped,)
