import pytest
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline

from engine.plan import PipelineSpec
from engine.render.signature import accepted


class Swallowing(StableDiffusionPipeline):
    def __call__(self, prompt, /, image=None, *more, strength=1.0, **anything):
        raise AssertionError


def test_only_what_can_be_given_by_name_is_accepted(pipelines) -> None:
    with pipelines.assembled(PipelineSpec("sd")) as assembly:
        own = Swallowing.from_pipe(assembly.from_noise, dtype=assembly.from_noise.dtype)
        assert accepted(own) == {"image", "strength"}


@pytest.mark.parametrize("kind", [StableDiffusionPipeline, StableDiffusionImg2ImgPipeline])
def test_diffusers_decorations_hide_nothing(pipelines, kind) -> None:
    with pipelines.assembled(PipelineSpec("sd")) as assembly:
        starts = kind is StableDiffusionImg2ImgPipeline
        names = accepted(assembly.from_picture if starts else assembly.from_noise)
    assert {"prompt_embeds", "num_inference_steps", "callback_on_step_end"} <= names
    assert ("latents" in names, "strength" in names) == (not starts, starts)
    assert not {"self", "kwargs"} & names
