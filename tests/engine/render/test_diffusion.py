import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers import EulerAncestralDiscreteScheduler

from engine.errors import RenderCancelled, RenderError
from engine.render.diffusion import Batch, Diffusion, steps_for
from engine.render.noise import keyframe_noise
from engine.render.pipelines import PipelineCache, load_pipeline

SHAPE = (4, 8, 8)


@pytest.fixture
def batch() -> Batch:
    return Batch(
        conditioning={"prompt": ["a red circle"], "negative_prompt": [""]},
        noise=keyframe_noise(7, SHAPE),
        generators=[torch.Generator().manual_seed(1)],
        guidance_scale=3.0,
    )


def picture(level: int) -> np.ndarray:
    return np.full((64, 64, 3), level, np.uint8)


def test_a_frame_is_what_diffusers_itself_makes_of_the_noise(pipelines, batch) -> None:
    pipeline = pipelines.text_to_image("tiny")
    [frame] = Diffusion(pipeline, 4, threading.Event()).from_noise(batch)
    expected = pipeline(
        "a red circle",
        negative_prompt="",
        height=64,
        width=64,
        num_inference_steps=4,
        guidance_scale=3.0,
        generator=torch.Generator().manual_seed(7),
    ).images[0]
    assert frame.dtype == np.uint8
    assert np.array_equal(frame, np.asarray(expected))


@pytest.mark.parametrize(
    ("strength", "steps", "taken"),
    [(0.0, 10, 1), (0.04, 10, 1), (0.29, 100, 29), (0.5, 10, 5), (1.0, 10, 10), (1 / 49, 49, 1)],
)
def test_strength_is_a_share_of_the_steps_and_one_step_at_least(
    strength: float, steps: int, taken: int
) -> None:
    assert steps_for(strength, steps) == taken


@pytest.mark.parametrize("taken", [1, 2, 4])
def test_just_the_steps_asked_for_are_taken(
    pipelines, batch, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = pipelines.image_to_image("tiny")
    calls = []
    step = pipeline.scheduler.step
    monkeypatch.setattr(
        pipeline.scheduler, "step", lambda *a, **k: (calls.append(1), step(*a, **k))[1]
    )
    Diffusion(pipeline, 4, threading.Event()).from_pictures(batch, [picture(90)], taken)
    assert len(calls) == taken


def test_less_strength_stays_nearer_to_the_picture(pipelines, batch) -> None:
    diffusion = Diffusion(pipelines.image_to_image("tiny"), 10, threading.Event())
    vae_only = diffusion.from_pictures(batch, [picture(90)], 1)[0].astype(int)
    distance = [
        np.abs(diffusion.from_pictures(batch, [picture(90)], taken)[0] - vae_only).mean()
        for taken in (2, 5, 10)
    ]
    assert distance == sorted(distance)


def test_the_given_noise_is_what_covers_the_picture(pipelines, batch) -> None:
    pipeline = pipelines.image_to_image("tiny")
    diffusion = Diffusion(pipeline, 4, threading.Event())
    [first] = diffusion.from_pictures(batch, [picture(90)], 3)
    reseeded = replace(batch, generators=[torch.Generator().manual_seed(99)])
    [second] = diffusion.from_pictures(reseeded, [picture(90)], 3)
    [other] = diffusion.from_pictures(
        replace(batch, noise=keyframe_noise(8, SHAPE)), [picture(90)], 3
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_the_pipelines_own_noising_is_back_afterwards(pipelines, batch) -> None:
    scheduler = pipelines.image_to_image("tiny").scheduler
    Diffusion(pipelines.image_to_image("tiny"), 4, threading.Event()).from_pictures(
        batch, [picture(90)], 3
    )
    assert "add_noise" not in vars(scheduler)


def test_a_full_strength_start_from_a_picture_of_nothing_but_noise_agrees_with_text_alone(
    pipelines, batch
) -> None:
    # The noise schedule's last step hides all but a trace of the picture.
    [alone] = Diffusion(pipelines.text_to_image("tiny"), 4, threading.Event()).from_noise(batch)
    [covered] = Diffusion(pipelines.image_to_image("tiny"), 4, threading.Event()).from_pictures(
        batch, [picture(128)], 4
    )
    assert np.abs(alone.astype(int) - covered).mean() < 25


def test_a_stop_takes_one_step_at_most(pipelines, batch, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = pipelines.text_to_image("tiny")
    stop = threading.Event()
    calls = []
    step = pipeline.scheduler.step

    def stop_in_the_second_step(*arguments: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        return step(*arguments, **options)

    monkeypatch.setattr(pipeline.scheduler, "step", stop_in_the_second_step)
    with pytest.raises(RenderCancelled):
        Diffusion(pipeline, 4, stop).from_noise(batch)
    assert len(calls) == 2


def test_a_pipeline_renders_on_after_a_stop(pipelines: PipelineCache, batch: Batch) -> None:
    pipeline = pipelines.text_to_image("tiny")
    [before] = Diffusion(pipeline, 4, threading.Event()).from_noise(batch)
    stop = threading.Event()
    stop.set()
    with pytest.raises(RenderCancelled):
        Diffusion(pipeline, 4, stop).from_noise(batch)
    [after] = Diffusion(pipeline, 4, threading.Event()).from_noise(batch)
    assert np.array_equal(before, after)


def test_memory_that_runs_out_is_told_with_what_helps(
    pipelines, batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = pipelines.text_to_image("tiny")

    def exhausted(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(pipeline.unet, "forward", exhausted)
    with pytest.raises(RenderError, match="smaller size or batch_size"):
        Diffusion(pipeline, 4, threading.Event()).from_noise(batch)


# The scheduler calls numpy in a way that numpy 2 warns of.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_noise_that_a_scheduler_adds_does_not_depend_on_the_batch(tiny_folder, batch) -> None:
    pipeline = load_pipeline(tiny_folder)
    pipeline.scheduler = EulerAncestralDiscreteScheduler.from_config(pipeline.scheduler.config)
    diffusion = Diffusion(pipeline, 4, threading.Event())
    double = replace(
        batch,
        conditioning={"prompt": ["a red circle"] * 2, "negative_prompt": [""] * 2},
        noise=torch.cat([batch.noise] * 2),
        generators=[torch.Generator().manual_seed(1) for _ in range(2)],
    )
    [alone] = diffusion.from_noise(batch)
    for frame in diffusion.from_noise(double):
        assert np.abs(frame.astype(int) - alone).max() <= 2
