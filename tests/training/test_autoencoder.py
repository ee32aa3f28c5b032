"""The autoencoder's training."""

import numpy as np
import torch

from training import autoencoder
from training.latents import encoded
from training.pictures import render, sample


def test_wrong_pixels_near_edges_cost_more() -> None:
    square = torch.full((1, 3, 32, 32), -1.0)
    square[..., 8:24, 8:24] = 1.0

    def cost(y: int, x: int) -> float:
        wrong = square.clone()
        wrong[..., y, x] *= 0.5
        return autoencoder.reconstruction_loss(wrong, square).item()

    assert cost(8, 16) > cost(16, 16) > 0
    assert autoencoder.reconstruction_loss(square, square).item() == 0


def test_pictures_become_tensors_from_minus_one_to_one() -> None:
    picture = np.zeros((1, 8, 8, 3), np.uint8)
    picture[..., 0] = 255
    tensor = autoencoder.to_tensor(picture)
    assert tensor.shape == (1, 3, 8, 8)
    assert tensor[0, :, 0, 0].tolist() == [1.0, -1.0, -1.0]


def test_training_the_decoder_alone_leaves_the_latents_as_they_are() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    pictures = np.stack([render(sample(seed)) for seed in range(4)])
    model = autoencoder.build().eval()
    before = encoded(model, pictures)
    weights = model.decoder.conv_out.weight.detach().clone()
    autoencoder.train_decoder(model, [(before, pictures), (before, pictures)], seconds=1)
    assert torch.equal(encoded(model, pictures), before)
    assert not torch.equal(model.decoder.conv_out.weight, weights)
