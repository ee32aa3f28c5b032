"""Trains the denoiser to predict v from noisy latents and captions."""

import logging
import random
from collections.abc import Callable

import torch
from diffusers import DDIMScheduler
from torch import Tensor
from torch.nn import functional
from transformers import CLIPTokenizer

from engine.render.interpolation import slerp
from training.denoiser import Denoiser, build, noise_scheduler
from training.lessons import Lesson, Library, lessons
from training.optimisation import (
    AveragedWeights,
    Budget,
    descend,
    learning_rate,
    set_learning_rate,
)

log = logging.getLogger(__name__)

PEAK_RATE = 1.5e-3
DECAY_FROM = 0.5
AVERAGE_DECAY = 0.998


def train(
    library: Library,
    tokenizer: CLIPTokenizer,
    seconds: float,
    keep: Callable[[Denoiser], None],
    keep_every: float = 300,
    seed: int = 0,
) -> None:
    """Trains on the library for `seconds`.

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
    for step, lesson in enumerate(lessons(library, tokenizer, budget, random.Random(seed))):
        rate = learning_rate(PEAK_RATE, budget.progress, step, 200, DECAY_FROM)
        set_learning_rate(optimiser, rate)
        error = velocity_error(model, scheduler, lesson.latents, text_of(model, lesson))
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


def text_of(model: Denoiser, lesson: Lesson) -> Tensor:
    """The (N, L, width) text embeddings of a lesson.

    Those of blends lie between their ends' just as the renderer interpolates prompts.
    """
    blends = len(lesson.weights)
    states = model.embeddings(torch.cat([lesson.tokens, lesson.ends]))
    pure, first, second = torch.split(states, [len(lesson.tokens) - blends, blends, blends])
    mixed = [
        slerp(a, b, weight)[None]
        for a, b, weight in zip(first, second, lesson.weights, strict=True)
    ]
    return torch.cat([pure, *mixed])


def velocity_error(
    model: Callable[[Tensor, Tensor, Tensor], Tensor],
    scheduler: DDIMScheduler,
    latents: Tensor,
    text: Tensor,
) -> Tensor:
    """The mean square error of v at one noise level a picture, the levels spread evenly.

    `model` predicts v from noisy latents, times and text embeddings, as a Denoiser does.
    """
    count = len(latents)
    steps = scheduler.config.num_train_timesteps
    spread = (torch.randperm(count) + torch.rand(count)) / count
    times = (spread * steps).long().clamp(max=steps - 1)
    noise = torch.randn_like(latents)
    noisy = scheduler.add_noise(latents, noise, times)
    target = scheduler.get_velocity(latents, noise, times)
    return functional.mse_loss(model(noisy, times, text), target)
