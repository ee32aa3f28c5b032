"""The device that frames are computed on."""

import torch

from engine.errors import ConfigurationError
from engine.render.threads import use_threads


def choose_device(name: str, threads: int = 0) -> str:
    """The device that `name` stands for, as torch names it; `auto` is the best there is.

    Also sets torch's CPU threads (0: the cores that are free). ConfigurationError where torch has
    no such device here.
    """
    use_threads(threads or None)
    if name == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ConfigurationError(f"device: {name!r} can't be used here: {reason}") from None
    return name
