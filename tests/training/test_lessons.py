"""The batches that the denoiser learns from."""

import itertools
import random

import pytest
import torch
from torch import Tensor

from engine.render.interpolation import slerp
from training import captions, denoiser, denoising, tokenizer
from training.blends import sample_blend
from training.lessons import BATCH, BLENDS, BLENDS_FROM, LENGTH, SHORT, Lesson, Library, lessons
from training.optimisation import Budget
from training.pictures import sample

TOKENIZER = tokenizer.build(captions.words())
LIBRARY = Library(
    [sample(seed) for seed in range(90)],
    torch.zeros(90, 4, 16, 16).half(),
    [sample_blend(seed) for seed in range(20)],
    torch.ones(20, 4, 16, 16).half(),
)


def budget_at(progress: float) -> Budget:
    budget = Budget(1000)
    budget.started -= progress * 1000
    return budget


def lessons_at(progress: float, count: int) -> list[Lesson]:
    source = lessons(LIBRARY, TOKENIZER, budget_at(progress), random.Random(0))
    return list(itertools.islice(source, count))


def blended(latents: Tensor) -> list[bool]:
    return [bool(latent.any()) for latent in latents]


def test_blends_come_last_in_a_batch_and_only_in_the_later_part() -> None:
    early, late = (lessons_at(progress, 1)[0] for progress in (0.1, BLENDS_FROM + 0.1))
    assert (blended(early.latents), early.weights) == ([False] * BATCH, [])
    assert blended(late.latents) == [False] * (BATCH - BLENDS) + [True] * BLENDS
    assert len(late.tokens) == BATCH
    assert len(late.ends) == len(late.weights) == BLENDS


def test_one_batch_in_four_is_padded_to_a_full_prompts_length() -> None:
    assert [lesson.tokens.shape[1] for lesson in lessons_at(0.1, 5)] == [
        LENGTH, SHORT, SHORT, SHORT, LENGTH
    ]  # fmt: skip


def test_about_one_picture_in_ten_has_no_caption() -> None:
    empty = [lesson.tokens[:, 1] == TOKENIZER.eos_token_id for lesson in lessons_at(0.1, 12)]
    assert torch.cat(empty).float().mean().item() == pytest.approx(0.1, abs=0.04)


def test_lessons_end_with_the_budget() -> None:
    assert list(lessons(LIBRARY, TOKENIZER, budget_at(1.0), random.Random(0))) == []


@torch.no_grad()
def test_a_blends_text_is_what_the_renderer_makes_of_two_prompts() -> None:
    torch.manual_seed(0)
    model = denoiser.build(TOKENIZER)
    lesson = lessons_at(BLENDS_FROM + 0.1, 2)[1]
    text = denoising.text_of(model, lesson)
    assert text.shape == (BATCH, SHORT, denoiser.TEXT_WIDTH)
    start, end = (model.embeddings(part[-1:]) for part in (lesson.tokens, lesson.ends))
    assert torch.allclose(text[-1:], slerp(start, end, lesson.weights[-1]), atol=0.05)
    assert torch.allclose(text[:1], model.embeddings(lesson.tokens[:1]), atol=0.05)


def test_a_step_of_learning_changes_every_part_and_stays_finite() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model, lesson = denoiser.build(TOKENIZER), lessons_at(BLENDS_FROM + 0.1, 2)[1]
    noise = denoiser.noise_scheduler()
    for _ in range(2):
        text = denoising.text_of(model, lesson)
        denoising.velocity_error(model, noise, lesson.latents, text).backward()
    gradients = [parameter.grad for parameter in model.parameters()]
    assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients)
