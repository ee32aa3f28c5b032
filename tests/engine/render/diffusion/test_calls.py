import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from engine.errors import InputError, RenderCancelled, RenderError
from engine.plan import PipelineSpec
from engine.render.diffusion import Diffusion, Step
from tests.engine.render.diffusion.conftest import STEPS, WAYS, difference

pytestmark = [
    pytest.mark.filterwarnings("ignore:The decode_latents method:FutureWarning"),
    pytest.mark.filterwarnings("ignore:__array_.*:DeprecationWarning"),
]


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_a_stop_takes_one_step_at_most(
    studio, kind: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, stop, calls = studio(kind), threading.Event(), []
    scheduler = room.pipeline(way).scheduler
    step = scheduler.step

    def stop_in_the_second_step(*arguments: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            stop.set()
        return step(*arguments, **options)

    monkeypatch.setattr(scheduler, "step", stop_in_the_second_step)
    with pytest.raises(RenderCancelled):
        room.draw(way, stop=stop)
    assert len(calls) == 2


@pytest.mark.parametrize("way", ["noise", "picture"])
def test_a_pipeline_draws_on_after_a_stop(studio, way: str) -> None:
    room, stop = studio("sd"), threading.Event()
    before = room.draw(way)
    stop.set()
    with pytest.raises(RenderCancelled):
        room.draw(way, stop=stop)
    assert np.array_equal(before, room.draw(way))


def test_memory_that_runs_out_is_no_fault_of_the_users_own_arguments(
    studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = studio("sd")
    monkeypatch.setattr(room.pipeline("noise").unet, "forward", lambda *_, **__: torch.empty(2**50))
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        room.draw("noise", pipeline_args={"eta": 0.5})


@pytest.mark.holds("pipeline_args")
def test_pipeline_args_reach_the_call(studio) -> None:
    room = studio("pix2pix")
    near = room.draw("picture", pipeline_args={"image_guidance_scale": 8.0})
    assert difference(near, room.draw("picture")) > 2


def test_pipeline_args_of_a_wrong_kind_are_told_as_the_users_own(studio) -> None:
    with pytest.raises(InputError, match="pipeline_args: a StableDiffusionPipeline can't work"):
        studio("sd").draw("noise", pipeline_args={"cross_attention_kwargs": 7, "eta": "much"})


@pytest.mark.holds("pipeline_args")
def test_lists_become_the_tuples_that_a_call_wants(studio) -> None:
    room = studio("xl")
    seen_large = room.draw("noise", pipeline_args={"original_size": [1024, 1024]})
    assert difference(seen_large, room.draw("noise")) > 0


@pytest.mark.holds("scheduler_args")
def test_scheduler_args_that_fail_in_the_call_are_told_as_the_users_own(studio) -> None:
    args = {"steps_offset": 5000}
    room = studio(PipelineSpec("sd", scheduler="ddim", scheduler_args=args))
    with pytest.raises(InputError, match="scheduler_args: a StableDiffusionPipeline can't work"):
        room.draw("noise")


@pytest.mark.holds("scheduler_args")
def test_numbers_out_of_range_are_told_instead_of_shown_as_black(studio) -> None:
    args = {"beta_start": 0, "beta_end": 0}
    room = studio(PipelineSpec("sd", scheduler="ddim", scheduler_args=args))
    with pytest.raises(RenderError, match="numbers ran out of range"):
        room.draw("noise")


class OfItsOwn(StableDiffusionPipeline):
    """An operator's own pipeline, which takes little and has its own ideas about noise."""

    def __call__(self, prompt, num_inference_steps=1, generator=None, callback=None):
        assert callback is not None
        callback(0, 981, torch.zeros(len(prompt), 4, 8, 8))
        pictures = np.random.default_rng(generator[0].initial_seed()).random(
            (len(prompt), 64, 64, 3)
        )
        return SimpleNamespace(images=[Image.fromarray(np.uint8(255 * each)) for each in pictures])


def test_a_pipeline_of_the_operators_own_gets_what_its_call_takes(studio, make_plan) -> None:
    room = studio("sd", use_prompt_embeds=False)
    own = OfItsOwn.from_pipe(room.pipeline("noise"), dtype=torch.float32)
    batch = replace(room.batch("noise", room.plan.frames[:2]), conditioning={"prompt": ["a", "b"]})
    seen = []

    def watch(step: Step, latents: torch.Tensor) -> torch.Tensor:
        seen.append(step)
        return latents

    diffusion = Diffusion(
        SimpleNamespace(from_noise=own), STEPS, threading.Event(), after_step=watch
    )
    pictures = diffusion.from_noise(batch)
    assert [picture.shape for picture in pictures] == [(64, 64, 3)] * 2
    assert np.mean(pictures) == pytest.approx(127, abs=2)
    assert seen == [Step(0, STEPS, 981.0)]


def test_a_pipeline_of_the_operators_own_that_fails_is_named_with_its_reason(studio) -> None:
    class NeedsPicture(StableDiffusionPipeline):
        def __call__(self, prompt_embeds=None, image=None):
            raise ValueError("image has to be given\nand more")

    room = studio("sd")
    own = NeedsPicture.from_pipe(room.pipeline("noise"), dtype=torch.float32)
    diffusion = Diffusion(SimpleNamespace(from_noise=own), STEPS, threading.Event())
    batch = replace(room.batch("noise", room.plan.frames[:1]), conditioning={})
    with pytest.raises(RenderError, match=r"NeedsPicture can't draw this: image has to be given$"):
        diffusion.from_noise(batch)
