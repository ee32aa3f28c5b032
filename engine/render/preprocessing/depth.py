"""Depth from one picture, by an estimator in an operator's folder."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from transformers import AutoImageProcessor, AutoModelForDepthEstimation

from engine.errors import ModelError
from engine.media import Picture

MEASURING = ("depth_pro", "zoedepth")
"""Model types that always tell distances; others tell nearness unless they say "metric"."""


@lru_cache(maxsize=1)
def open_depth_estimator(folder: Path, device: str) -> "DepthEstimator":
    """The estimator in a transformers folder; the one used last stays loaded.

    ModelError if the folder holds none that can be read.
    """
    try:
        processor = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
        model = AutoModelForDepthEstimation.from_pretrained(
            folder, local_files_only=True, use_safetensors=True
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{folder} holds no depth estimator that can be used: {reason}") from error
    return DepthEstimator(processor, model.eval().to(device))


class DepthEstimator:
    """Turns a picture into its depth: the nearest is white, the farthest black."""

    def __init__(self, processor: Any, model: Any) -> None:
        self._processor = processor
        self._model = model
        kind = getattr(model.config, "depth_estimation_type", "relative")
        self._measures = kind == "metric" or model.config.model_type in MEASURING

    def __call__(self, picture: Picture) -> Picture:
        """H×W×3 to H×W×3, all of its channels alike."""
        depth = self._estimated(picture)
        # ControlNets learned from relative depth, which falls off like one over the distance.
        near = 1 / np.maximum(depth, 1e-6) if self._measures else depth
        low, high = near.min(), near.max()
        grey = (near - low) / max(float(high - low), 1e-6)
        return np.repeat(np.rint(255 * grey).astype(np.uint8)[..., None], 3, axis=2)

    @torch.inference_mode()
    def _estimated(self, picture: Picture) -> NDArray[np.float32]:
        """The (H, W) of the model's own numbers."""
        inputs = self._processor(images=Image.fromarray(picture), return_tensors="pt")
        outputs = self._model(**inputs.to(self._model.device))
        # The second argument is the size to come out in, also where a model calls it the source's.
        (result,) = self._processor.post_process_depth_estimation(outputs, [picture.shape[:2]])
        depth: NDArray[np.float32] = result["predicted_depth"].float().cpu().numpy()
        return depth
