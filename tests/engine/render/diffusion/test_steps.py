import numpy as np
import pytest
import torch

from engine.errors import InputError
from engine.plan import PipelineSpec
from engine.render.diffusion import Step
from tests.engine.render.diffusion.conftest import STEPS, TAKEN, WAYS, difference

pytestmark = [
    pytest.mark.filterwarnings("ignore:The decode_latents method:FutureWarning"),
    pytest.mark.filterwarnings("ignore:__array_.*:DeprecationWarning"),
]

SECOND_ORDER = ["HeunDiscreteScheduler", "KDPM2DiscreteScheduler"]


def steps_seen(room, way: str, **options: object) -> list[Step]:
    seen: list[Step] = []

    def watch(step: Step, latents: torch.Tensor) -> torch.Tensor:
        seen.append(step)
        return latents

    room.draw(way, after_step=watch, **options)
    return seen


def expected_first(kind: str, way: str, taken: int = TAKEN) -> int:
    """InstructPix2Pix looks at its picture in every step, and takes them all."""
    return STEPS - taken if way == "picture" and kind != "pix2pix" else 0


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_a_hook_sees_every_step_by_its_place_in_the_full_schedule(
    studio, kind: str, way: str
) -> None:
    seen = steps_seen(studio(kind), way)
    assert [step.index for step in seen] == list(range(expected_first(kind, way), STEPS))
    assert {step.steps for step in seen} == {STEPS}
    timesteps = [step.timestep for step in seen]
    assert timesteps == sorted(set(timesteps), reverse=True)


@pytest.mark.holds("steps")
@pytest.mark.parametrize("taken", [1, 2, STEPS])
@pytest.mark.parametrize("kind", ["sd", "xl", "sd3", "flux", "controlnet", "xl controlnet"])
def test_just_the_steps_asked_for_are_taken(studio, kind: str, taken: int) -> None:
    seen = steps_seen(studio(kind), "picture", taken=taken)
    assert [step.index for step in seen] == list(range(STEPS - taken, STEPS))


@pytest.mark.parametrize("scheduler", [*SECOND_ORDER, "pndms", "unipc", "dpm", "klms"])
@pytest.mark.parametrize("taken", [None, 1, 3])
def test_schedulers_that_evaluate_more_than_once_a_step_still_have_as_many_steps(
    studio, scheduler: str, taken: int | None
) -> None:
    room = studio(PipelineSpec("sd", scheduler=scheduler))
    if taken is None:
        assert [step.index for step in steps_seen(room, "noise")] == list(range(STEPS))
    else:
        seen = steps_seen(room, "picture", taken=taken)
        assert [step.index for step in seen] == list(range(STEPS - taken, STEPS))


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_latents_that_a_hook_returns_are_gone_on_with(studio, kind: str, way: str) -> None:
    room = studio(kind)

    def halved(step: Step, latents: torch.Tensor) -> torch.Tensor:
        return latents / 2 if step.index == 2 else latents

    assert difference(room.draw(way, after_step=halved), room.draw(way)) > 2


@pytest.mark.parametrize("scheduler", SECOND_ORDER)
@pytest.mark.parametrize("kind", ["controlnet", "adapter"])
def test_latents_are_gone_on_with_in_second_order_too(studio, kind: str, scheduler: str) -> None:
    spec = studio(kind).assembly.spec
    room = studio(
        PipelineSpec("sd", spec.pipeline, None, spec.controlnets, spec.adapters, (), scheduler)
    )
    last = room.draw("noise", after_step=lambda _, latents: torch.zeros_like(latents))
    flat = last.astype(float).std(axis=(1, 2))
    assert flat.max() < room.draw("noise").std(axis=(1, 2)).min()


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_the_last_steps_latents_are_what_becomes_the_picture(studio, kind: str, way: str) -> None:
    room, kept = studio(kind), []

    def keep(step: Step, latents: torch.Tensor) -> torch.Tensor:
        kept.append(latents.clone())
        return latents

    first = room.draw(way, after_step=keep)
    final = kept[-1]
    again = room.draw(
        way,
        after_step=lambda step, latents: final if step.index == STEPS - 1 else latents * 0.3,
    )
    assert np.array_equal(first, again)


def test_a_hook_sees_all_frames_of_a_batch(studio) -> None:
    shapes = []

    def watch(_: Step, latents: torch.Tensor) -> torch.Tensor:
        shapes.append(tuple(latents.shape))
        return latents

    room = studio("sd")
    room.draw("noise", room.plan.frames[:3], after_step=watch)
    assert set(shapes) == {(3, 4, 8, 12)}


class Silent:
    """A pipeline that tells nothing while it works."""

    def __call__(self, prompt: str = "") -> None: ...


def test_a_pipeline_that_cannot_be_hooked_is_refused_rather_than_left_alone() -> None:
    import threading

    from engine.render.diffusion.steps import StepWatch

    watch = StepWatch(threading.Event(), lambda _, latents: latents, 0, STEPS)
    with pytest.raises(InputError, match="coherence_scale: a Silent doesn't let"):
        watch.arguments(Silent())
    assert StepWatch(threading.Event(), None, 0, STEPS).arguments(Silent()) == {}
