"""Latents with zero mean and unit covariance, which is what diffusion's noise expects."""

from collections.abc import Iterator

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from torch import Tensor

from training.autoencoder import encode, to_tensor

CHANNELS = 4
LOG_VARIANCE = -25.0
"""So low that encoding draws the same latents every time."""


@torch.no_grad()
def whiten(model: AutoencoderKL, pictures: NDArray[np.uint8]) -> None:
    """Changes the model so that the latents of (N, H, W, 3) pictures like these come out white.

    The whitening x → W (x - mean), with W the inverse root of the covariance, goes into the 1×1
    convolution after the encoder, its inverse into the one before the decoder, so that the model
    stays an ordinary AutoencoderKL with a scaling factor of 1.
    """
    columns = encoded(model, pictures).permute(0, 2, 3, 1).reshape(-1, CHANNELS).double()
    mean = columns.mean(dim=0)
    values, vectors = torch.linalg.eigh(torch.cov(columns.T))
    forwards = (vectors * values.rsqrt()) @ vectors.T
    backwards = (vectors * values.sqrt()) @ vectors.T
    after, before = model.quant_conv, model.post_quant_conv
    _fold_after(after.weight[..., 0, 0], after.bias, forwards.float(), mean.float())
    _fold_before(before.weight[..., 0, 0], before.bias, backwards.float(), mean.float())


def _fold_after(weight: Tensor, bias: Tensor, matrix: Tensor, mean: Tensor) -> None:
    """y = weight x + bias becomes matrix (y - mean), followed by the constant log-variance."""
    weight[:CHANNELS] = matrix @ weight[:CHANNELS]
    bias[:CHANNELS] = matrix @ (bias[:CHANNELS] - mean)
    weight[CHANNELS:] = 0
    bias[CHANNELS:] = LOG_VARIANCE


def _fold_before(weight: Tensor, bias: Tensor, matrix: Tensor, mean: Tensor) -> None:
    """weight x + bias becomes weight (matrix x + mean) + bias."""
    bias += weight @ mean
    weight.copy_(weight @ matrix)


@torch.no_grad()
def encoded(model: AutoencoderKL, pictures: NDArray[np.uint8]) -> Tensor:
    """The (N, 4, H/8, W/8) latents of (N, H, W, 3) pictures, 64 at a time."""
    return torch.cat([encode(model, to_tensor(part)) for part in _parts(pictures)])


def _parts(pictures: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    for start in range(0, len(pictures), 64):
        yield pictures[start : start + 64]
