import pytest
import torch
from diffusers import DDIMScheduler, PNDMScheduler

from engine.render.pipelines.plms import MidwayPNDMScheduler

STEPS = 10
CONFIG = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "set_alpha_to_one": False,
}
DDIM = {**CONFIG, "clip_sample": False}


def denoised(scheduler: DDIMScheduler, first: int, predict) -> torch.Tensor:
    """What is left of a noisy 1 after the steps from `first` on, as a pipeline takes them."""
    noise = torch.full((1, 1, 2, 2), 2.0)
    scheduler.set_timesteps(STEPS)
    timesteps = scheduler.timesteps[first:]
    sample = scheduler.add_noise(torch.ones_like(noise), noise, timesteps[:1])
    for timestep in timesteps:
        output = predict(sample, timestep, noise)
        sample = scheduler.step(output, timestep, sample, return_dict=False)[0]
    return sample


@pytest.mark.parametrize("first", [0, 1, 4, 9])
def test_who_knows_the_noise_gets_the_picture_back(first: int) -> None:
    scheduler = MidwayPNDMScheduler(**CONFIG, skip_prk_steps=True)
    left = denoised(scheduler, first, lambda _, __, noise: noise)
    signal = scheduler.final_alpha_cumprod
    expected = signal.sqrt() * 1 + (1 - signal).sqrt() * 2  # of the last step's noise level
    torch.testing.assert_close(left, expected.expand_as(left), rtol=1e-4, atol=1e-4)


def test_diffusers_own_leaves_noise_in_pictures_it_starts_from() -> None:
    # When this fails diffusers has mended it, and ours can go.
    left = denoised(PNDMScheduler(**CONFIG, skip_prk_steps=True), 4, lambda _, __, noise: noise)
    assert (left - 1).abs().max() > 0.1


@pytest.mark.parametrize("first", [0, 5])
def test_it_is_nearer_to_the_true_path_than_a_method_of_first_order(first: int) -> None:
    def predict(sample: torch.Tensor, timestep: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        """The best guess about pictures that are normally distributed: 1 ± 0.5."""
        signal = finest.alphas_cumprod[timestep]
        variance = signal * 0.25 + 1 - signal
        return (1 - signal).sqrt() / variance * (sample - signal.sqrt())

    finest, coarse = DDIMScheduler(**DDIM), MidwayPNDMScheduler(**CONFIG, skip_prk_steps=True)
    coarse.set_timesteps(STEPS)
    start = coarse.timesteps[first]
    noise = torch.full((1, 1, 2, 2), 2.0)
    true = finest.add_noise(torch.ones_like(noise), noise, start[None])
    finest.set_timesteps(1000)
    for timestep in finest.timesteps[finest.timesteps <= start]:
        output = predict(true, timestep, noise)
        true = finest.step(output, timestep, true, return_dict=False)[0]
    ours, first_order = (
        denoised(scheduler, first, predict) for scheduler in (coarse, DDIMScheduler(**DDIM))
    )
    assert (ours - true).abs().max() < (first_order - true).abs().max()
