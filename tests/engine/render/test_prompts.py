import pytest
import torch
from diffusers import DiffusionPipeline

from engine.errors import InputError
from engine.plan import Keyframe
from engine.render.pipelines import PipelineCache
from engine.render.prompts import PromptEmbeddings, condition


@pytest.fixture
def pipeline(pipelines: PipelineCache) -> DiffusionPipeline:
    return pipelines.text_to_image("tiny")


def embed(pipeline: DiffusionPipeline, *prompts: str, negative: str = "") -> PromptEmbeddings:
    keyframes = [Keyframe(place, text, negative, place) for place, text in enumerate(prompts)]
    return PromptEmbeddings(pipeline, keyframes)


@pytest.mark.parametrize("prompt", ["", "a red circle", "snow, falling on a blue house at night"])
def test_an_unweighted_prompt_is_embedded_as_the_pipeline_itself_would(
    pipeline, make_plan, prompt: str
) -> None:
    plan = make_plan(frames=1, prompts=[prompt])
    with torch.inference_mode():
        positive, negative = pipeline.encode_prompt(prompt, "cpu", 1, True, "blurry")
    arguments = condition(pipeline, plan).arguments(plan.frames)
    assert torch.equal(arguments["prompt_embeds"], positive)
    assert torch.equal(arguments["negative_prompt_embeds"], negative)


def test_embeddings_pass_from_one_keyframe_to_the_next(pipeline, make_plan) -> None:
    plan = make_plan(frames=5)
    embeddings = condition(pipeline, plan).arguments(plan.frames)["prompt_embeds"]
    target = embeddings[4]
    distances = [torch.dist(embedding, target) for embedding in embeddings]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] > 0


def test_what_two_prompts_share_stays_as_it_is(pipeline, make_plan) -> None:
    plan = make_plan(frames=5)
    embeddings = condition(pipeline, plan).arguments(plan.frames)["prompt_embeds"]
    start_of_text = embeddings[:, 0]
    assert torch.allclose(start_of_text, start_of_text[:1].expand_as(start_of_text), atol=1e-6)


def test_each_keyframe_may_have_its_own_negative_prompt(pipeline, make_plan) -> None:
    plan = make_plan(frames=2, prompts=["a", "a"])
    keyframes = [Keyframe(0, "a", "blurry", 1), Keyframe(1, "a", "dark", 1)]
    arguments = PromptEmbeddings(pipeline, keyframes).arguments(plan.frames)
    first, second = arguments["negative_prompt_embeds"]
    assert not torch.equal(first, second)
    assert torch.equal(*arguments["prompt_embeds"])


def test_longer_prompts_make_all_embeddings_longer(pipeline, make_plan) -> None:
    plan = make_plan(frames=3, prompts=["a cat", '("a cat", "a dog").and()', "many words " * 20])
    arguments = condition(pipeline, plan).arguments(plan.frames)
    assert arguments["prompt_embeds"].shape == arguments["negative_prompt_embeds"].shape
    assert arguments["prompt_embeds"].shape[1] >= 2 * 77


def test_weights_change_an_embedding(pipeline, make_plan) -> None:
    plan = make_plan(frames=2, prompts=["a red circle", "a red++ circle"])
    plain, weighted = condition(pipeline, plan).arguments(plan.frames)["prompt_embeds"]
    assert not torch.allclose(plain, weighted, atol=1e-3)


@pytest.mark.parametrize(
    "prompt", ['("a", "b").blend(1)', '("a", "b").blend(0, 0)', "word" + "+" * 3000, "(" * 500]
)
def test_weighting_that_makes_no_sense_is_refused_with_its_text(pipeline, prompt: str) -> None:
    with pytest.raises(InputError, match="prompts: the weighting in"):
        embed(pipeline, prompt)


def test_many_parentheses_are_read_at_once(pipeline) -> None:
    # Compel's own parser would take a quarter of an hour.
    embed(pipeline, "((((((((((masterpiece))))))))))", "((((((((((((oops")


def test_without_embeddings_a_frame_has_the_text_of_the_latest_keyframe(
    pipeline, make_plan
) -> None:
    plan = make_plan(frames=5, prompts=["one", "two"], use_prompt_embeds=False)
    arguments = condition(pipeline, plan).arguments(plan.frames)
    assert arguments["prompt"] == ["one", "one", "one", "one", "two"]
    assert arguments["negative_prompt"] == ["blurry"] * 5


def test_without_embeddings_the_first_keyframe_holds_back_to_the_start(pipeline, make_plan) -> None:
    plan = make_plan(frames=2, use_prompt_embeds=False)
    late = (Keyframe(9, "late", "", 0),)
    arguments = condition(pipeline, make_plan(use_prompt_embeds=False, keyframes=late)).arguments(
        plan.frames
    )
    assert arguments["prompt"] == ["late", "late"]
