"""White latents."""

import numpy as np
import pytest
import torch

from training import autoencoder
from training.latents import encoded, whiten
from training.pictures import render, sample


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.stack([render(sample(seed)) for seed in range(24)])


def test_latents_are_white_afterwards_and_pictures_come_back_as_before(
    pictures: np.ndarray,
) -> None:
    torch.manual_seed(0)
    model = autoencoder.build().eval()
    tensor = autoencoder.to_tensor(pictures)
    with torch.no_grad():
        before = model.decode(model.encode(tensor).latent_dist.mean).sample
        whiten(model, pictures)
        after = model.decode(model.encode(tensor).latent_dist.mean).sample
    assert torch.allclose(before, after, atol=1e-3)
    columns = encoded(model, pictures).permute(1, 0, 2, 3).flatten(1)
    assert torch.allclose(columns.mean(dim=1), torch.zeros(4), atol=0.05)
    assert torch.allclose(torch.cov(columns), torch.eye(4), atol=0.05)


def test_encoding_draws_the_same_latents_every_time(pictures: np.ndarray) -> None:
    model = autoencoder.build().eval()
    whiten(model, pictures)
    with torch.no_grad():
        posterior = model.encode(autoencoder.to_tensor(pictures[:2])).latent_dist
    assert torch.allclose(posterior.sample(), posterior.mean, atol=1e-4)
