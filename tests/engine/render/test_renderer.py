import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import RenderCancelled
from engine.render.renderer import render_frames
from engine.request import Inputs


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    ramp = np.linspace(0, 255, 100, dtype=np.uint8)
    pixels = np.stack([np.tile(ramp, (80, 1))] * 3, axis=-1)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture
def render(pipelines):
    def run(plan, inputs: Inputs | None = None) -> np.ndarray:
        return np.stack(list(render_frames(pipelines, plan, inputs or Inputs(), threading.Event())))

    return run


def difference(first: np.ndarray, second: np.ndarray) -> int:
    return int(np.abs(first.astype(int) - second).max())


def test_every_frame_of_the_plan_comes_in_its_size(render, make_plan) -> None:
    frames = render(make_plan(frames=5, width=72, height=56))
    assert frames.shape == (5, 56, 72, 3)
    assert frames.dtype == np.uint8


def test_the_same_request_twice_gives_the_same_frames(render, make_plan) -> None:
    assert difference(render(make_plan()), render(make_plan())) == 0


@pytest.mark.parametrize("start", ["text", "image"])
def test_the_batch_size_does_not_show(render, make_plan, photo: Path, start: str) -> None:
    inputs = Inputs(image=photo if start == "image" else None)
    one, four = (render(make_plan(frames=6, batch_size=size), inputs) for size in (1, 4))
    assert difference(one, four) <= 2


def test_a_batch_does_not_mix_frames_of_different_guidance_or_strength(
    render, make_plan, photo: Path
) -> None:
    def plan(size: int):
        return make_plan(
            frames=6, batch_size=size, guidance_scale=(2.0, 2.0, 5.0), strength=(0.3, 0.9)
        )

    assert difference(render(plan(1)), render(plan(4))) <= 2
    inputs = Inputs(image=photo)
    assert difference(render(plan(1), inputs), render(plan(4), inputs)) <= 2


def test_guidance_of_a_frame_changes_that_frame_alone(render, make_plan) -> None:
    level = render(make_plan(frames=4, guidance_scale=(3.0,)))
    raised = render(make_plan(frames=4, guidance_scale=(3.0, 3.0, 9.0, 3.0)))
    changed = [difference(a, b) > 2 for a, b in zip(level, raised, strict=True)]
    assert changed == [False, False, True, False]


def test_the_first_frame_is_what_diffusers_draws_for_the_prompt_and_seed(
    render, make_plan, pipelines
) -> None:
    plan = make_plan(frames=5)
    expected = pipelines.text_to_image("tiny")(
        plan.keyframes[0].prompt,
        negative_prompt=plan.keyframes[0].negative_prompt,
        width=64,
        height=64,
        num_inference_steps=plan.steps,
        guidance_scale=plan.frames[0].guidance_scale,
        generator=torch.Generator().manual_seed(plan.keyframes[0].seed),
    ).images[0]
    assert difference(render(plan)[0], np.asarray(expected)) <= 2


def test_frames_move_from_one_keyframe_to_the_next_without_a_jump(render, make_plan) -> None:
    frames = render(make_plan(frames=9)).astype(float)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    across = np.abs(frames[-1] - frames[0]).mean()
    assert steps.min() > 0
    assert steps.max() < across / 2


def test_with_a_fixed_latent_and_one_prompt_nothing_moves(render, make_plan) -> None:
    frames = render(make_plan(frames=3, prompts=["a", "a"], use_fixed_latent=True))
    assert difference(frames[0], frames[1]) <= 1
    assert difference(frames[0], frames[2]) <= 1


def test_without_embeddings_the_prompt_changes_at_the_keyframe(render, make_plan) -> None:
    frames = render(make_plan(frames=5, use_prompt_embeds=False, use_fixed_latent=True))
    assert difference(frames[0], frames[3]) <= 1
    assert difference(frames[3], frames[4]) > 1


def test_a_starting_image_shows_through_at_low_strength(render, make_plan, photo: Path) -> None:
    faint = render(make_plan(frames=2, strength=(0.1,)), Inputs(image=photo))
    blank = Path(photo.parent / "blank.png")
    Image.new("RGB", (64, 64)).save(blank)
    other = render(make_plan(frames=2, strength=(0.1,)), Inputs(image=blank))
    assert difference(faint, other) > 5


def test_keyframe_noise_moves_a_starting_image_too(render, make_plan, photo: Path) -> None:
    plan = make_plan(frames=3, prompts=["a", "a"], strength=(0.9,))
    frames = render(plan, Inputs(image=photo))
    assert difference(frames[0], frames[1]) > 2
    assert difference(frames[1], frames[2]) > 2


def test_rendering_one_way_does_not_change_the_other(render, make_plan, photo: Path) -> None:
    before = render(make_plan())
    render(make_plan(), Inputs(image=photo))
    assert difference(before, render(make_plan())) == 0


def test_a_stop_between_frames_ends_the_render(pipelines, make_plan) -> None:
    stop = threading.Event()
    frames = render_frames(pipelines, make_plan(frames=5, batch_size=1), Inputs(), stop)
    next(frames)
    stop.set()
    with pytest.raises(RenderCancelled):
        next(frames)


def test_memory_does_not_grow_with_the_number_of_frames(pipelines, make_plan) -> None:
    def peak(count: int) -> int:
        plan = make_plan(frames=count, steps=1)
        tracemalloc.start()
        for _ in render_frames(pipelines, plan, Inputs(), threading.Event()):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(4)  # what a first call leaves behind in caches is not the frames'
    assert peak(96) < peak(24) + 100_000
