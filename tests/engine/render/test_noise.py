from itertools import pairwise

import pytest
import torch

from engine.plan import FramePlan, PipelineSpec
from engine.render.noise import frame_noise, keyframe_noise, latent_shape, step_generator

SHAPE = (4, 8, 8)


def noises(plan: FramePlan) -> list[torch.Tensor]:
    return [frame_noise(plan, frame, SHAPE) for frame in plan.frames]


@pytest.mark.holds("seed")
def test_a_keyframe_has_the_noise_that_diffusers_draws_for_its_seed(make_plan) -> None:
    plan = make_plan(frames=5)
    drawn = torch.randn(
        (1, *SHAPE), generator=torch.Generator().manual_seed(plan.keyframes[0].seed)
    )
    assert torch.equal(noises(plan)[0], drawn)
    assert torch.equal(noises(plan)[4], keyframe_noise(plan.keyframes[1].seed, SHAPE))


def test_between_keyframes_the_noise_turns_in_even_steps_and_stays_noise(make_plan) -> None:
    frames = noises(make_plan(frames=9))
    steps = [torch.dist(a, b) for a, b in pairwise(frames)]
    assert max(steps) / min(steps) < 1.1
    assert all(0.85 < noise.std() < 1.15 for noise in frames)


@pytest.mark.holds("use_fixed_latent")
def test_a_fixed_latent_is_the_first_keyframes_noise_everywhere(make_plan) -> None:
    frames = noises(make_plan(frames=5, use_fixed_latent=True))
    assert all(torch.equal(noise, frames[0]) for noise in frames)
    assert torch.equal(frames[0], keyframe_noise(7, SHAPE))


def test_noise_of_the_steps_is_the_same_for_all_frames_but_not_the_starting_noise(
    make_plan,
) -> None:
    plan = make_plan()
    first = torch.randn((1, *SHAPE), generator=step_generator(plan, SHAPE))
    second = torch.randn((1, *SHAPE), generator=step_generator(plan, SHAPE))
    assert torch.equal(first, second)
    assert not torch.equal(first, noises(plan)[0])


@pytest.mark.parametrize("model", ["sd", "xl", "sd3", "flux"])
def test_a_frames_latents_are_an_eighth_of_its_size(pipelines, make_plan, model: str) -> None:
    spec = PipelineSpec(model)
    with pipelines.assembled(spec) as assembly:
        plan = make_plan(pipeline=spec, width=96, height=64)
        assert latent_shape(assembly.from_noise, plan) == (4, 8, 12)
