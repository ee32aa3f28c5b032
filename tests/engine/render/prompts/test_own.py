import pytest
import torch

from engine.errors import InputError
from engine.plan import PipelineSpec
from engine.render.prompts import condition

MODELS = ["sd3", "flux"]


@pytest.mark.parametrize("prompt", ["", "a red circle", "C (with parentheses), 1:30 at night"])
def test_sd3_is_given_what_it_would_have_made_of_both_prompts_itself(
    load, plan_of, prompt: str
) -> None:
    pipeline, plan = load("sd3"), plan_of((prompt, "blurry"))
    with torch.inference_mode():
        expected = pipeline.encode_prompt(prompt, None, None, negative_prompt="blurry")
    names = (
        "prompt_embeds",
        "negative_prompt_embeds",
        "pooled_prompt_embeds",
        "negative_pooled_prompt_embeds",
    )
    arguments = condition(pipeline, plan).arguments(plan.frames)
    for name, embedding in zip(names, expected, strict=True):
        assert torch.allclose(arguments[name], embedding, atol=1e-6)


def test_flux_is_given_what_it_would_have_made_of_both_prompts_itself(load, plan_of) -> None:
    pipeline, plan = load("flux"), plan_of(("a red circle", "blurry"))
    arguments = condition(pipeline, plan).arguments(plan.frames)
    for prefix, text in (("", "a red circle"), ("negative_", "blurry")):
        with torch.inference_mode():
            tokens, pooled, _ = pipeline.encode_prompt(text, None)
        assert torch.allclose(arguments[f"{prefix}prompt_embeds"], tokens, atol=1e-6)
        assert torch.allclose(arguments[f"{prefix}pooled_prompt_embeds"], pooled, atol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_arguments_that_say_how_texts_are_read_count(load, plan_of, model: str) -> None:
    plain, pipeline = plan_of("a red circle"), load(model)
    short = plan_of(
        "a red circle", pipeline=PipelineSpec(model, pipeline_args={"max_sequence_length": 32})
    )
    lengths = [
        condition(pipeline, plan).arguments(plan.frames)["prompt_embeds"].shape[1]
        for plan in (plain, short)
    ]
    assert lengths == ([77 + 256, 77 + 32] if model == "sd3" else [512, 32])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "prompt",
    [
        "a red++ circle",
        "a (cat)1.3",
        '("a", "b").blend(1, 1)',
        '("a", "b").and()',
        "a cat.swap(dog)",
    ],
)
def test_weights_are_refused_rather_than_read_as_words(
    load, plan_of, model: str, prompt: str
) -> None:
    with pytest.raises(InputError, match="doesn't know the weighting"):
        condition(load(model), plan_of(prompt))


@pytest.mark.parametrize("model", MODELS)
def test_what_only_looks_like_weighting_is_read_as_words(load, plan_of, model: str) -> None:
    condition(load(model), plan_of("(a (small) cat)", "((((((((oops", 'a "cat"', "up-to-date"))
