"""The processors of controlnet_aux, where that extra is installed."""

import importlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from engine.errors import ModelError
from engine.media import Picture


@lru_cache(maxsize=1)
def open_extra(name: str, device: str) -> Callable[[Picture], Picture]:
    """controlnet_aux's processor of that name; the one used last stays loaded.

    ModelError if it can't be loaded, as when its weights aren't on this machine.
    """
    try:
        processor = importlib.import_module("controlnet_aux.processor").Processor(name)
    except Exception as error:  # its parts raise whatever their frameworks do
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"controlnet_aux's {name} can't be loaded: {reason}") from error
    if hasattr(processor.processor, "to"):
        processor.processor.to(device)
    return lambda picture: _same_size(processor(Image.fromarray(picture), to_pil=True), picture)


def _same_size(result: Any, picture: Picture) -> Picture:
    """Its processors work at sizes of their own."""
    height, width = picture.shape[:2]
    image = result if isinstance(result, Image.Image) else Image.fromarray(np.asarray(result))
    return np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC))
