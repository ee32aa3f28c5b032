"""Trains the denoiser to predict v from noisy latents and captions."""

import logging
import random
from collections.abc import Callable, Iterator, Sequence

import torch
from diffusers import DDIMScheduler
from torch import Tensor
from torch.nn import functional
from transformers import CLIPTokenizer

from training.captions import caption
from training.denoiser import Denoiser, build, noise_scheduler
from training.optimisation import (
    AveragedWeights,
    Budget,
    descend,
    learning_rate,
    set_learning_rate,
)
from training.pictures import Picture
from training.tokenizer import LENGTH

log = logging.getLogger(__name__)

BATCH = 64
PEAK_RATE = 1.5e-3
DECAY_FROM = 0.5
AVERAGE_DECAY = 0.998
WITHOUT_CAPTION = 0.1
"""Share of pictures without a caption, for classifier-free guidance (Ho & Salimans 2022)."""
SHORT = 32
"""Tokens that hold every caption; padding to all 77 would cost time, so only one batch in four
learns to look past so much padding."""


def train(
    latents: Tensor,
    pictures: Sequence[Picture],
    tokenizer: CLIPTokenizer,
    seconds: float,
    keep: Callable[[Denoiser], None],
    keep_every: float = 300,
    seed: int = 0,
) -> None:
    """Trains on (N, 4, 16, 16) latents of `pictures` for `seconds`.

    `keep` is called with the averaged weights in place every `keep_every` seconds and at the end.
    """
    torch.manual_seed(seed)
    model, scheduler = build(tokenizer), noise_scheduler()
    optimiser = torch.optim.AdamW(
        model.parameters(), PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-3, fused=True
    )
    average = AveragedWeights(model.parameters(), AVERAGE_DECAY)
    budget = Budget(seconds)
    kept, mean = 0, 1.0
    lessons = batches(latents, pictures, tokenizer, budget, random.Random(seed))
    for step, (clean, tokens) in enumerate(lessons):
        rate = learning_rate(PEAK_RATE, budget.progress, step, 200, DECAY_FROM)
        set_learning_rate(optimiser, rate)
        error = velocity_error(model, scheduler, clean, tokens)
        descend(optimiser, error)
        average.update()
        mean += 0.01 * (error.item() - mean)
        if step % 100 == 0:
            log.info("denoiser step %d, %.0f %%: error %.4f", step, 100 * budget.progress, mean)
        if budget.progress * seconds > (kept + 1) * keep_every:
            kept += 1
            with average.applied():
                keep(model)
    with average.applied():
        keep(model)


def velocity_error(
    model: Denoiser, scheduler: DDIMScheduler, latents: Tensor, tokens: Tensor
) -> Tensor:
    """The mean square error of v at one noise level a picture, the levels spread evenly."""
    count = len(latents)
    steps = scheduler.config.num_train_timesteps
    spread = (torch.randperm(count) + torch.rand(count)) / count
    times = (spread * steps).long().clamp(max=steps - 1)
    noise = torch.randn_like(latents)
    noisy = scheduler.add_noise(latents, noise, times)
    target = scheduler.get_velocity(latents, noise, times)
    return functional.mse_loss(model(noisy, times, tokens), target)


def batches(
    latents: Tensor,
    pictures: Sequence[Picture],
    tokenizer: CLIPTokenizer,
    budget: Budget,
    rng: random.Random,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Latents and caption tokens of random pictures until the budget is used up."""
    order: list[int] = []
    step = 0
    while budget.progress < 1:
        if len(order) < BATCH:
            order = rng.sample(range(len(pictures)), len(pictures))
        chosen, order = order[:BATCH], order[BATCH:]
        texts = [
            "" if rng.random() < WITHOUT_CAPTION else caption(pictures[index], rng)
            for index in chosen
        ]
        length = LENGTH if step % 4 == 0 else SHORT
        tokens = tokenizer(
            texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        )
        yield latents[chosen].float(), tokens.input_ids
        step += 1
