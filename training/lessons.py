"""What the denoiser learns from, batch by batch: latents with the captions of their pictures."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import CLIPTokenizer

from training.blends import Blend
from training.captions import caption
from training.optimisation import Budget
from training.pictures import Picture
from training.tokenizer import LENGTH

BATCH = 64
BLENDS = 20
"""How many of a batch are blends, once they have begun to be."""
BLENDS_FROM = 0.45
"""Share of the time before blends: what prompts mean comes before what lies between them."""
WITHOUT_CAPTION = 0.1
"""Share of pictures without a caption, for classifier-free guidance (Ho & Salimans 2022)."""
SHORT = 32
"""Tokens that hold every caption; padding to all 77 would cost time, so only one batch in four
learns to look past so much padding."""


@dataclass(frozen=True)
class Library:
    """The (N, 4, 16, 16) latents of N pictures, and those of blends."""

    pictures: Sequence[Picture]
    picture_latents: Tensor
    blends: Sequence[Blend]
    blend_latents: Tensor


@dataclass(frozen=True)
class Lesson:
    """A batch: the first latents are of pictures, the last len(weights) of blends.

    `tokens` (N, L) are the captions, a blend's being its first end's; `ends` (K, L) are the
    captions of the blends' second ends.
    """

    latents: Tensor
    tokens: Tensor
    ends: Tensor
    weights: list[float]


def lessons(
    library: Library, tokenizer: CLIPTokenizer, budget: Budget, rng: random.Random
) -> Iterator[Lesson]:
    """Batches of random pictures and blends until the budget is used up."""
    step = 0
    while budget.progress < 1:
        blends = BLENDS if budget.progress > BLENDS_FROM else 0
        yield _lesson(library, tokenizer, blends, LENGTH if step % 4 == 0 else SHORT, rng)
        step += 1


def _lesson(
    library: Library, tokenizer: CLIPTokenizer, blends: int, length: int, rng: random.Random
) -> Lesson:
    pure = rng.sample(range(len(library.pictures)), BATCH - blends)
    mixed = rng.sample(range(len(library.blends)), blends)
    chosen = [library.blends[index] for index in mixed]
    alone = [_captions(rng, library.pictures[index])[0] for index in pure]
    pairs = [_captions(rng, blend.first, blend.second) for blend in chosen]
    texts = [*alone, *(first for first, _ in pairs), *(second for _, second in pairs)]
    tokens = tokenizer(
        texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
    ).input_ids
    latents = torch.cat([library.picture_latents[pure], library.blend_latents[mixed]]).float()
    return Lesson(latents, tokens[:BATCH], tokens[BATCH:], [blend.weight for blend in chosen])


def _captions(rng: random.Random, *pictures: Picture) -> list[str]:
    """A caption for each picture, or none for any of them."""
    without = rng.random() < WITHOUT_CAPTION
    return ["" if without else caption(picture, rng) for picture in pictures]
