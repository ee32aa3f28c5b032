from collections.abc import Callable

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline

Draw = Callable[..., np.ndarray]

SIDE = 64


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Run a pipeline for a few steps, from the same noise every time; one picture of 0 … 1."""

    def run(pipeline: DiffusionPipeline, **arguments: object) -> np.ndarray:
        common = {"prompt": "a cat", "num_inference_steps": 4, "output_type": "np"}
        with torch.inference_mode():
            return pipeline(
                **common | arguments, generator=torch.Generator().manual_seed(0)
            ).images[0]

    return run


@pytest.fixture(scope="session")
def picture() -> torch.Tensor:
    """1 × 3 × 64 × 64, 0 … 1: dark at the left, bright at the right."""
    return torch.linspace(0, 1, SIDE).expand(1, 3, SIDE, SIDE).clone()
