"""Noise that a scheduler adds between its steps."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch


@contextmanager
def drawing_from(scheduler: Any, generators: Sequence[torch.Generator]) -> Iterator[None]:
    """Make a scheduler draw what it adds from the `generators`, one for each frame.

    Most pipelines hand them on themselves. Those that don't, as Stable Diffusion 3's and Flux's,
    would leave a scheduler with torch's own: no render would be like the one before.
    """
    if "generator" not in inspect.signature(scheduler.step).parameters:
        yield
        return
    scheduler.step = partial(scheduler.step, generator=list(generators))
    try:
        yield
    finally:
        del scheduler.step
