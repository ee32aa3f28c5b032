"""Memory that ran out: how it is told from other errors, and how what it left is given up."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.errors import RenderError
from engine.plan import FramePlan

_PHRASES = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "alloc_failed",
    "could not create a primitive",
)
"""How those without an exception of their own say it: Apple's devices, CPUs, cuBLAS, oneDNN."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a device, or the machine itself, had no memory left for what was asked."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    told = str(error).lower()
    return isinstance(error, RuntimeError) and any(phrase in told for phrase in _PHRASES)


def free_memory() -> None:
    """Give up what nothing refers to, and hand what the device keeps in reserve back to it.

    To be called after an `except` block, not in it: the error's traceback holds on to every tensor
    of the calls that failed.
    """
    gc.collect()
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if accelerator is not None:
        torch.get_device_module(accelerator).empty_cache()


@contextmanager
def telling_of_memory(plan: FramePlan) -> Iterator[None]:
    """RenderError, with what a user can do, where memory runs out inside."""
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error):
            raise RenderError(f"memory ran out; {smaller(plan)}") from error
        raise


def smaller(plan: FramePlan) -> str:
    """What a user can do who hasn't the memory for a plan, even for one frame at a time."""
    steering = " or fewer ControlNets" if plan.preprocess else ""
    return f"choose a smaller size than {plan.width}×{plan.height}{steering}"
