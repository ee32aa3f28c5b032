import threading
import tracemalloc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.errors import RenderCancelled
from engine.plan import Coherence, Move, PipelineSpec
from engine.render.pipelines.loading import load_pipeline
from engine.render.renderer import Renderer
from engine.request import Inputs
from engine.values import Weighted
from tests.support.films import film


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    ramp = np.linspace(0, 255, 100, dtype=np.uint8)
    pixels = np.stack([np.tile(ramp, (80, 1))] * 3, axis=-1)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture(scope="module")
def renderer(catalogue) -> Renderer:
    return Renderer(catalogue)


@pytest.fixture
def render(renderer):
    def run(plan, inputs: Inputs | None = None) -> np.ndarray:
        return np.stack(list(renderer.frames(plan, inputs or Inputs(), threading.Event())))

    return run


def difference(first: np.ndarray, second: np.ndarray) -> int:
    return int(np.abs(first.astype(int) - second).max())


@pytest.mark.holds("width", "height")
def test_every_frame_of_the_plan_comes_in_its_size(render, make_plan) -> None:
    frames = render(make_plan(frames=5, width=72, height=56))
    assert frames.shape == (5, 56, 72, 3)
    assert frames.dtype == np.uint8


@pytest.mark.holds("seed")
def test_the_same_request_twice_gives_the_same_frames(render, make_plan) -> None:
    assert difference(render(make_plan()), render(make_plan())) == 0


@pytest.mark.holds("batch_size")
@pytest.mark.parametrize("start", ["text", "image"])
def test_the_batch_size_does_not_show(render, make_plan, photo: Path, start: str) -> None:
    inputs = Inputs(image=photo if start == "image" else None)
    one, four = (render(make_plan(frames=6, batch_size=size), inputs) for size in (1, 4))
    assert difference(one, four) <= 2


@pytest.mark.holds("batch_size")
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


@pytest.mark.holds("pipeline", "batch_size")
@pytest.mark.parametrize("start", ["image", "video"])
def test_a_batch_is_drawn_over_the_very_frames_that_its_controlnet_is_shown(
    render, make_plan, photo: Path, start: str
) -> None:
    named = "StableDiffusionControlNetImg2ImgPipeline"
    spec = PipelineSpec("sd", pipeline=named, controlnets=(Weighted("edges", 1.0),))
    inputs = Inputs(image=photo)
    if start == "video":
        inputs = Inputs(video=film(photo.parent / "clip.mp4", 6, Fraction(12), (64, 64)))

    def plan(size: int):
        return make_plan(
            frames=6, pipeline=spec, preprocess=("none",), strength=(0.3,), batch_size=size
        )

    assert difference(render(plan(1), inputs), render(plan(4), inputs)) <= 2


@pytest.mark.holds("guidance_scale")
def test_guidance_of_a_frame_changes_that_frame_alone(render, make_plan) -> None:
    level = render(make_plan(frames=4, guidance_scale=(3.0,)))
    raised = render(make_plan(frames=4, guidance_scale=(3.0, 3.0, 9.0, 3.0)))
    changed = [difference(a, b) > 2 for a, b in zip(level, raised, strict=True)]
    assert changed == [False, False, True, False]


@pytest.mark.holds("seed")
def test_the_first_frame_is_what_diffusers_draws_for_the_prompt_and_seed(
    render, make_plan, tiny_folder
) -> None:
    plan = make_plan(frames=5)
    expected = load_pipeline(tiny_folder)(
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


@pytest.mark.holds("use_fixed_latent")
def test_with_a_fixed_latent_and_one_prompt_nothing_moves(render, make_plan) -> None:
    frames = render(make_plan(frames=3, prompts=["a", "a"], use_fixed_latent=True))
    assert difference(frames[0], frames[1]) <= 1
    assert difference(frames[0], frames[2]) <= 1


@pytest.mark.holds("use_prompt_embeds")
def test_without_embeddings_the_prompt_changes_at_the_keyframe(render, make_plan) -> None:
    frames = render(make_plan(frames=5, use_prompt_embeds=False, use_fixed_latent=True))
    assert difference(frames[0], frames[3]) <= 1
    assert difference(frames[3], frames[4]) > 1


@pytest.mark.holds("strength")
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


def test_a_stop_between_frames_ends_the_render(renderer, make_plan) -> None:
    stop = threading.Event()
    frames = renderer.frames(make_plan(frames=5, batch_size=1), Inputs(), stop)
    next(frames)
    stop.set()
    with pytest.raises(RenderCancelled):
        next(frames)


def test_memory_does_not_grow_with_the_number_of_frames(renderer, make_plan) -> None:
    def peak(count: int) -> int:
        plan = make_plan(frames=count, steps=1)
        tracemalloc.start()
        for _ in renderer.frames(plan, Inputs(), threading.Event()):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(4)  # what a first call leaves behind in caches is not the frames'
    # 96 more frames would be 1.2 MB; what waits for the garbage collector comes and goes.
    assert peak(192) < peak(96) + 400_000


def with_frames(plan, **changes):
    return replace(plan, frames=tuple(replace(frame, **changes) for frame in plan.frames))


@pytest.mark.holds("translation_x")
def test_motion_leads_from_the_first_frame_to_the_second_even_without_a_picture(
    render, make_plan
) -> None:
    plan = make_plan(frames=3, strength=(0.1,), prompts=["a", "a"], use_fixed_latent=True)
    moved = render(with_frames(plan, move=Move(translation_x=16.0), strength=0.1))
    still = render(plan)
    assert difference(moved[0], still[0]) == 0
    assert difference(moved[1], still[1]) > 20
    assert difference(moved[2], moved[1]) > 2


@pytest.mark.holds("coherence_scale")
def test_frames_are_pulled_together_more_the_higher_the_coherence(render, make_plan) -> None:
    def change(scale: float) -> float:
        frames = render(with_frames(make_plan(frames=5), coherence_scale=scale)).astype(float)
        return float(np.abs(np.diff(frames, axis=0)).mean())

    changes = [change(scale) for scale in (0, 500, 2000, 6000)]
    assert changes == sorted(changes, reverse=True)
    assert changes[-1] < changes[0] / 2


def test_coherence_of_0_is_exactly_off(render, make_plan) -> None:
    plan = make_plan(frames=3, batch_size=1)
    off = with_frames(plan, coherence_scale=0.0)
    assert difference(render(off), render(plan)) == 0
    one_on = replace(
        plan, frames=(plan.frames[0], plan.frames[1], replace(plan.frames[2], noise=0.1))
    )
    assert difference(render(one_on)[:2], render(plan)[:2]) == 0


@pytest.mark.holds("noise")
def test_noise_between_steps_is_the_same_in_every_run(render, make_plan) -> None:
    noisy = with_frames(make_plan(frames=3), noise=0.2)
    assert difference(render(noisy), render(noisy)) == 0
    assert difference(render(noisy), render(make_plan(frames=3))) > 2


@pytest.mark.holds("color_match")
def test_matched_colours_stay_those_of_the_first_drawn_frame(render, make_plan) -> None:
    plan = make_plan(frames=4, prompts=["a", "z"])
    matched = render(replace(plan, coherence=Coherence(color_match=True)))
    free = render(plan)
    assert difference(matched[0], free[0]) <= 1
    means = matched.mean(axis=(1, 2))
    assert np.abs(means - means[0]).max() < 3


@pytest.mark.holds("color_match", "batch_size")
def test_the_batch_size_does_not_show_in_matched_colours_over_a_clip(
    render, make_plan, tmp_path: Path
) -> None:
    clip = Inputs(video=film(tmp_path / "clip.mp4", 6, Fraction(12), (64, 64)))

    def matched(size: int) -> np.ndarray:
        plan = make_plan(frames=6, batch_size=size, coherence=Coherence(color_match=True))
        return render(plan, clip)

    # Matching stretches what differs by rounding.
    assert np.abs(matched(1).astype(int) - matched(4)).mean() < 0.5


@pytest.mark.holds("controlnet", "controlnet_scale")
def test_a_controlnet_is_shown_the_picture_and_its_scale_may_change(
    render, make_plan, photo: Path
) -> None:
    spec = PipelineSpec("sd", controlnets=(Weighted("edges", 1.0),))
    plan = make_plan(frames=2, pipeline=spec, preprocess=("none",), use_fixed_latent=True)
    controlled = render(plan, Inputs(image=photo))
    off = render(with_frames(plan, controlnet_scale=0.0), Inputs(image=photo))
    plain = render(make_plan(frames=2, use_fixed_latent=True))
    assert difference(off, plain) <= 2
    assert difference(controlled, plain) > 2


@pytest.mark.holds("adapter")
def test_an_adapter_steers_an_animation_that_moves(render, make_plan, photo: Path) -> None:
    spec = PipelineSpec("sd", adapters=(Weighted("sketch", 1.0),))
    plan = make_plan(frames=3, pipeline=spec, preprocess=("none",), use_fixed_latent=True)
    moved = render(with_frames(plan, move=Move(translation_x=16.0)), Inputs(image=photo))
    plain = with_frames(replace(plan, pipeline=PipelineSpec("sd"), preprocess=()))
    assert difference(moved[0], render(plain)[0]) > 2
    assert difference(moved[1], moved[0]) > 10


@pytest.mark.holds("diffusion_cadence")
def test_drawing_every_nth_frame_leaves_the_drawn_ones_as_they_were(render, make_plan) -> None:
    every = render(make_plan(frames=7))
    third = render(make_plan(frames=7, cadence=3))
    assert difference(third[[0, 3, 6]], every[[0, 3, 6]]) <= 2
