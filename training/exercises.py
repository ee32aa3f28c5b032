"""What the ControlNet learns from, batch by batch: latents with captions and outlines."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from torch import Tensor
from transformers import CLIPTokenizer

from training.captions import caption
from training.latents import encoded
from training.lessons import SHORT
from training.optimisation import Budget
from training.outlines import Placed, as_told, outline, place
from training.tokenizer import LENGTH

BATCH = 32
SILENT, VAGUE = 0.1, 0.1
"""Shares of captions that say nothing, and nothing but "a picture": the outlines must do alone."""


@dataclass(frozen=True)
class Gallery:
    """N placed pictures, their (N, 4, 16, 16) latents, and (N, 128, 128, 3) pixels of both kinds.

    `drawn` are the pictures, `stencils` their things alone, black on white.
    """

    placed: list[Placed]
    latents: Tensor
    drawn: NDArray[np.uint8]
    stencils: NDArray[np.uint8]


@dataclass(frozen=True)
class Exercise:
    """A batch: latents, their captions as (N, L) tokens, and (N, 3, 128, 128) outlines, 0 to 1."""

    latents: Tensor
    tokens: Tensor
    outlines: Tensor


def gallery(pipeline: StableDiffusionPipeline, count: int) -> Gallery:
    """Draws `count` placed pictures and encodes them."""
    placed = [place(seed) for seed in range(count)]
    drawn = np.stack([one.drawn() for one in placed])
    stencils = np.stack([one.stencil() for one in placed])
    return Gallery(placed, encoded(pipeline.vae, drawn).half(), drawn, stencils)


def exercises(
    gallery: Gallery, tokenizer: CLIPTokenizer, budget: Budget, rng: random.Random
) -> Iterator[Exercise]:
    """Batches of random pictures with fresh captions and outlines until the budget is used up."""
    step = 0
    while budget.progress < 1:
        chosen = rng.sample(range(len(gallery.placed)), min(BATCH, len(gallery.placed)))
        texts = [_caption(gallery.placed[index], rng) for index in chosen]
        length = LENGTH if step % 4 == 0 else SHORT
        tokens = tokenizer(
            texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        ).input_ids
        lines = [outline(gallery.drawn[index], gallery.stencils[index], rng) for index in chosen]
        pixels = torch.from_numpy(np.stack(lines)).permute(0, 3, 1, 2).float() / 255
        yield Exercise(gallery.latents[chosen].float(), tokens, pixels)
        step += 1


def _caption(placed: Placed, rng: random.Random) -> str:
    luck = rng.random()
    if luck < SILENT:
        return ""
    return "a picture" if luck < SILENT + VAGUE else caption(as_told(placed, rng), rng)
