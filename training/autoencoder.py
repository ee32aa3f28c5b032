"""The autoencoder: 128×128 pictures to 16×16 latents of four channels, and back.

A small AutoencoderKL (Rombach et al. 2022, section 3.1) without the adversary. Flat pictures are
all edges, so errors on edges count more, and so do errors of the gradient.
"""

import logging
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.optimisation import Budget, descend, learning_rate, preserving_init, set_learning_rate

log = logging.getLogger(__name__)

PEAK_RATE = 1.5e-3
DECODER_RATE = 5e-4
LATENT_NOISE = 0.06
"""Noise added to latents while training, so that near latents decode to near pictures."""
EDGE_WEIGHT = 4.0
WHOLE_FROM = 0.6
"""Share of the budget after which whole pictures replace the cheaper crops."""
CROP = 64


def build() -> AutoencoderKL:
    """An untrained autoencoder: factor 8, four latent channels, 0.8 million parameters a side."""
    model = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(16, 32, 64, 96),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=128,
        scaling_factor=1.0,
        mid_block_add_attention=False,
        force_upcast=False,
    )
    preserving_init(model, zero=lambda name: name.endswith("conv2"))
    return model.to(memory_format=torch.channels_last)


def to_tensor(pictures: NDArray[np.uint8]) -> Tensor:
    """(N, H, W, 3) bytes as an (N, 3, H, W) float tensor from -1 to 1."""
    pixels = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2)
    return (pixels.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def encode(model: AutoencoderKL, pictures: Tensor) -> Tensor:
    """The (N, 4, H/8, W/8) latents of a tensor of pictures, in single precision."""
    with torch.autocast("cpu", torch.bfloat16):
        latents: Tensor = model.encode(pictures).latent_dist.mean
    return latents.float()


def decode(model: AutoencoderKL, latents: Tensor) -> Tensor:
    """The pictures of a tensor of latents, in single precision."""
    with torch.autocast("cpu", torch.bfloat16):
        pictures: Tensor = model.decode(latents).sample
    return pictures.float()


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """Absolute error weighted towards edges, plus the gradient's absolute and the square error."""
    error = output - target
    weight = 1 + EDGE_WEIGHT * _near_edges(target)
    weighted = (weight * error.abs()).mean() / weight.mean()
    gradient = error.diff(dim=3).abs().mean() + error.diff(dim=2).abs().mean()
    return weighted + gradient + 2 * error.square().mean()


def _near_edges(pictures: Tensor) -> Tensor:
    """How near to an edge every pixel is: (N, 1, H, W) from 0 to 1, for about two pixels round."""
    light = pictures.mean(dim=1, keepdim=True)
    across = functional.pad(light.diff(dim=3).abs(), (0, 1, 0, 0))
    down = functional.pad(light.diff(dim=2).abs(), (0, 0, 0, 1))
    return functional.max_pool2d((across + down).clamp(max=0.5) * 2, 5, stride=1, padding=2)


def batches(
    pictures: NDArray[np.uint8], budget: Budget, rng: np.random.Generator
) -> Iterator[Tensor]:
    """Crops and whole pictures by turns, then whole pictures only, until the budget is used up."""
    step = 0
    while budget.progress < 1:
        whole = budget.progress > WHOLE_FROM or step % 2 == 1
        chosen = np.sort(rng.integers(0, len(pictures), 4 if whole else 16))
        y, x = (0, 0) if whole else rng.integers(0, pictures.shape[1] - CROP + 1, 2)
        side = pictures.shape[1] if whole else CROP
        yield to_tensor(pictures[chosen, y : y + side, x : x + side])
        step += 1


def train(pictures: NDArray[np.uint8], seconds: float, seed: int = 0) -> AutoencoderKL:
    """An autoencoder trained on (N, 128, 128, 3) pictures for `seconds`; at least one step."""
    torch.manual_seed(seed)
    model = build()
    optimiser = torch.optim.AdamW(
        model.parameters(), PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-4, fused=True
    )
    budget = Budget(seconds)
    for step, batch in enumerate(batches(pictures, budget, np.random.default_rng(seed))):
        set_learning_rate(optimiser, learning_rate(PEAK_RATE, budget.progress, step, 50, 0.0))
        latents = encode(model, batch)
        output = decode(model, latents + LATENT_NOISE * torch.randn_like(latents))
        too_large = functional.relu(latents.abs() - 2).square().mean()
        loss = reconstruction_loss(output, batch) + 1e-3 * too_large
        descend(optimiser, loss)
        if step % 100 == 0:
            error = (output - batch).abs().mean().item() / 2
            log.info("autoencoder step %d: loss %.4f, error %.4f", step, loss.item(), error)
    return model.eval()


def train_decoder(
    model: AutoencoderKL,
    sources: Sequence[tuple[Tensor, NDArray[np.uint8]]],
    seconds: float,
    seed: int = 0,
) -> None:
    """Trains the decoder alone for `seconds`, on equally much of every source.

    A source is the (N, 4, 16, 16) latents of N pictures and the pictures. What latents mean stays
    as it is, so that a denoiser trained on them can keep the model.
    """
    rng = np.random.default_rng(seed)
    parameters = [*model.decoder.parameters(), *model.post_quant_conv.parameters()]
    optimiser = torch.optim.AdamW(parameters, DECODER_RATE, betas=(0.9, 0.99), fused=True)
    budget, step = Budget(seconds), 0
    while budget.progress < 1:
        set_learning_rate(optimiser, learning_rate(DECODER_RATE, budget.progress, step, 50, 0.0))
        chosen = [rng.integers(0, len(pictures), 2) for _, pictures in sources]
        picks = list(zip(sources, chosen, strict=True))
        latents = torch.cat([codes[pick].float() for (codes, _), pick in picks])
        target = to_tensor(np.concatenate([pictures[pick] for (_, pictures), pick in picks]))
        output = decode(model, latents + LATENT_NOISE * torch.randn_like(latents))
        loss = reconstruction_loss(output, target)
        descend(optimiser, loss)
        if step % 100 == 0:
            error = (output - target).abs().mean().item() / 2
            log.info("decoder step %d: loss %.4f, error %.4f", step, loss.item(), error)
        step += 1
