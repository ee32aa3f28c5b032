"""What both trainings share: a wall-clock budget, the learning rate, and averaged weights."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class Budget:
    """Time to train for, in seconds, counted from creation."""

    seconds: float
    started: float = field(default_factory=time.monotonic)

    @property
    def progress(self) -> float:
        """The share of the budget that is used up; 1 or more when it is over."""
        return (time.monotonic() - self.started) / self.seconds


def learning_rate(peak: float, progress: float, step: int, warmup: int, decay_from: float) -> float:
    """A linear warm-up over `warmup` steps, then `peak`, then a cosine to 1 % of it.

    The decay runs from `decay_from` to 1 in `progress`: by time rather than by steps, so that a
    slow machine finishes it too.
    """
    into = min(1.0, max(0.0, (progress - decay_from) / (1 - decay_from)))
    return peak * min(1.0, (step + 1) / warmup) * (0.01 + 0.99 * (1 + math.cos(math.pi * into)) / 2)


def set_learning_rate(optimiser: torch.optim.Optimizer, value: float) -> None:
    """Applies one learning rate to all of the optimiser's parameters."""
    for group in optimiser.param_groups:
        group["lr"] = value


def descend(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    """One step down the loss's gradient, whose norm is kept to 1 at most."""
    optimiser.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    for group in optimiser.param_groups:
        nn.utils.clip_grad_norm_(group["params"], 1.0)
    optimiser.step()


def preserving_init(module: nn.Module, zero: Callable[[str], bool]) -> None:
    """Gain-1 weights and no biases for convolutions; zeros for those whose name `zero` picks.

    PyTorch's default initialisation shrinks the signal at every layer until the biases drown it;
    residual branches that end in zeros start as the identity (Goyal et al. 2017, section 5.1).
    """
    for name, layer in module.named_modules():
        if not isinstance(layer, nn.Conv2d):
            continue
        nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
        if zero(name):
            nn.init.zeros_(layer.weight)


class AveragedWeights:
    """An exponential moving average of parameters (Polyak averaging), warmed up from the start."""

    def __init__(self, parameters: Iterable[nn.Parameter], decay: float) -> None:
        self._parameters: list[torch.Tensor] = list(parameters)
        self._average = [parameter.detach().clone() for parameter in self._parameters]
        self._decay = decay
        self._updates = 0

    @torch.no_grad()
    def update(self) -> None:
        """Takes the present weights into the average."""
        self._updates += 1
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        torch._foreach_lerp_(self._average, self._parameters, 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Puts the average in the model's place for the length of a with-block."""
        present = [parameter.detach().clone() for parameter in self._parameters]
        self._copy(self._average)
        try:
            yield
        finally:
            self._copy(present)

    @torch.no_grad()
    def _copy(self, values: list[torch.Tensor]) -> None:
        torch._foreach_copy_(self._parameters, values)
