from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from engine.plan import Coherence, FramePoint
from engine.render.coherence import FrameCoherence

SEED = 2**63 - 1
LATENT_512 = (1, 4, 64, 64)
FULL = 8192.0
"""The scale that pulls all the way."""


@dataclass(frozen=True)
class Step:
    index: int
    steps: int = 4


def frame(index: int, scale: float = 0.0, noise: float = 0.0) -> FramePoint:
    return FramePoint(
        index=index,
        time=index / 12,
        source=0,
        target=0,
        weight=0,
        guidance_scale=3,
        strength=0.5,
        coherence_scale=scale,
        noise=noise,
    )


def latents(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float32).view(1, -1, 1, 1)


def run(
    coherence: FrameCoherence, point: FramePoint, drawn: list[Tensor], first: int = 0
) -> list[Tensor]:
    """What comes out of the last steps of a schedule of four, from step `first` on."""
    coherence.begin_frame(point)
    return [coherence(Step(place), each) for place, each in enumerate(drawn, first)]


def drawn_at_random(seed: int, shape: tuple[int, ...] = LATENT_512) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for _ in range(4)]


def test_the_first_frame_is_not_pulled_to_anything() -> None:
    drawn = drawn_at_random(0)
    result = run(FrameCoherence(Coherence(), SEED), frame(0, scale=FULL), drawn)
    assert all(a is b for a, b in zip(result, drawn, strict=True))


@pytest.mark.holds("coherence_scale")
def test_the_pull_is_one_gradient_step_on_the_mean_squared_difference() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    before, now = drawn_at_random(0), drawn_at_random(1)
    run(coherence, frame(0), before)
    for pulled, reference, latent in zip(
        run(coherence, frame(1, scale=700.0), now), before, now, strict=True
    ):
        variable = latent.clone().requires_grad_()
        loss = ((variable - reference) ** 2).mean()
        (gradient,) = torch.autograd.grad(loss, variable)
        assert torch.allclose(pulled, latent - 700.0 * gradient, atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 4, 8, 24), (1, 4, 128, 128), (1, 96, 64), (1, 16, 64, 64)])
def test_a_scale_means_the_same_at_every_size_and_layout(shape: tuple[int, ...]) -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    run(coherence, frame(0), [torch.zeros(shape)])
    [pulled] = run(coherence, frame(1, scale=2048.0), [torch.ones(shape)])
    assert torch.equal(pulled, torch.full(shape, 0.75))


def test_the_largest_scale_pulls_all_the_way() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    before = drawn_at_random(0)
    run(coherence, frame(0), before)
    pulled = run(coherence, frame(1, scale=FULL), drawn_at_random(1))
    assert all(torch.equal(a, b) for a, b in zip(pulled, before, strict=True))


@pytest.mark.holds("coherence_scale")
def test_frames_are_held_to_the_frame_before_and_not_to_the_step_before() -> None:
    coherence = FrameCoherence(Coherence(alpha=1.0), SEED)
    run(coherence, frame(0), [latents(10), latents(20), latents(30), latents(40)])
    pulled = run(coherence, frame(1, scale=FULL / 2), [latents(0)] * 4)
    assert [each.item() for each in pulled] == [5, 10, 15, 20]


def test_what_a_frame_is_pulled_to_includes_the_pull_of_the_frame_before() -> None:
    coherence = FrameCoherence(Coherence(alpha=1.0), SEED)
    run(coherence, frame(0), [latents(8)])
    run(coherence, frame(1, scale=FULL / 2), [latents(0)])  # comes to 4
    [pulled] = run(coherence, frame(2, scale=FULL / 2), [latents(0)])
    assert pulled.item() == 2


@pytest.mark.holds("coherence_alpha")
def test_a_smaller_alpha_remembers_older_frames() -> None:
    coherence = FrameCoherence(Coherence(alpha=0.25), SEED)
    run(coherence, frame(0), [latents(16)])
    run(coherence, frame(1), [latents(0)])  # remembered: 0.25·0 + 0.75·16 = 12
    [pulled] = run(coherence, frame(2, scale=FULL), [latents(100)])
    assert pulled.item() == 12


def test_a_frame_of_fewer_steps_is_held_at_the_same_steps_of_the_schedule() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    run(coherence, frame(0), [latents(10), latents(20), latents(30), latents(40)])
    pulled = run(coherence, frame(1, scale=FULL), [latents(0), latents(0)], first=2)
    assert [each.item() for each in pulled] == [30, 40]


def test_a_step_that_the_frame_before_did_not_take_is_not_pulled_to_an_older_frame() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    run(coherence, frame(0), [latents(10), latents(20), latents(30), latents(40)])
    run(coherence, frame(1), [latents(3), latents(4)], first=2)
    pulled = run(coherence, frame(2, scale=FULL), [latents(0)] * 4)
    assert [each.item() for each in pulled] == [0, 0, 3, 4]


@pytest.mark.holds("coherence_steps")
def test_only_every_nth_step_is_pulled() -> None:
    coherence = FrameCoherence(Coherence(every=2), SEED)
    run(coherence, frame(0), [latents(1)] * 4)
    pulled = run(coherence, frame(1, scale=FULL, noise=0.1), [latents(0)] * 4)
    assert pulled[1].item() == 0
    assert pulled[3].item() == 0
    assert pulled[0].item() != 0
    assert pulled[2].item() != 0


def test_scale_and_noise_of_zero_change_nothing_to_the_bit() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    run(coherence, frame(0), drawn_at_random(0))
    drawn = drawn_at_random(1)
    result = run(coherence, frame(1), drawn)
    assert all(a is b for a, b in zip(result, drawn, strict=True))


def test_a_scale_that_starts_later_finds_the_frame_before() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    run(coherence, frame(0), [latents(1)])
    run(coherence, frame(1), [latents(5)])
    [pulled] = run(coherence, frame(2, scale=FULL), [latents(0)])
    assert pulled.item() == 5


def test_the_reference_stays_when_the_pipeline_goes_on_in_the_same_memory() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    drawn = latents(7)
    run(coherence, frame(0), [drawn])
    drawn.zero_()
    [pulled] = run(coherence, frame(1, scale=FULL), [latents(1)])
    assert pulled.item() == 7


@pytest.mark.holds("noise")
def test_noise_is_standard_normal_times_the_setting_and_not_added_after_the_last_step() -> None:
    zeros = [torch.zeros(LATENT_512)] * 4
    result = run(FrameCoherence(Coherence(), SEED), frame(0, noise=0.5), zeros)
    assert torch.equal(result[3], zeros[3])
    for noisy in result[:3]:
        assert noisy.std().item() == pytest.approx(0.5, rel=0.03)
        assert abs(noisy.mean().item()) < 0.02


def test_the_same_seed_adds_the_same_noise_and_another_seed_frame_or_step_other_noise() -> None:
    zeros = [torch.zeros(1, 4, 8, 8)] * 4

    def noise(seed: int, index: int) -> list[Tensor]:
        return run(FrameCoherence(Coherence(), seed), frame(index, noise=1.0), zeros)

    first = noise(SEED, 3)
    assert all(torch.equal(a, b) for a, b in zip(first, noise(SEED, 3), strict=True))
    different = [first[0], first[1], noise(SEED, 4)[0], noise(SEED - 1, 3)[0]]
    assert len({tuple(each.flatten().tolist()) for each in different}) == len(different)


def test_added_noise_is_not_kept_for_the_next_frame() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    run(coherence, frame(0, noise=1.0), [latents(3)])
    [pulled] = run(coherence, frame(1, scale=FULL), [latents(0)])
    assert pulled.item() == 3


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_stays_and_is_pulled_as_precisely_as_it_can_be(dtype: torch.dtype) -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    run(coherence, frame(0), [latents(1000).to(dtype)])
    [pulled] = run(coherence, frame(1, scale=40.0, noise=0.0), [latents(0).to(dtype)])
    assert pulled.dtype == dtype
    assert pulled.item() == pytest.approx(1000 * 40 / FULL, rel=0.005)


def test_more_than_one_frame_at_a_time_is_refused() -> None:
    coherence = FrameCoherence(Coherence(), SEED)
    coherence.begin_frame(frame(0))
    with pytest.raises(ValueError, match="one frame at a time"):
        coherence(Step(0), torch.zeros(2, 4, 8, 8))
