import math

import pytest
import torch
from diffusers import DiffusionPipeline

from engine.errors import InputError
from engine.plan import FramePoint, Keyframe, PipelineSpec
from engine.render.prompts import condition

MODELS = ["sd", "xl", "pix2pix", "sd3", "flux"]
POOLED = ["xl", "sd3", "flux"]


def between(weight: float) -> FramePoint:
    return FramePoint(0, 0.0, 0, 1, weight, 3.0, 0.6)


@pytest.mark.holds("use_prompt_embeds")
@pytest.mark.parametrize("model", MODELS)
def test_embeddings_pass_from_one_keyframe_to_the_next(load, make_plan, model: str) -> None:
    plan = make_plan(frames=5)
    for embeddings in condition(load(model), plan).arguments(plan.frames).values():
        distances = [torch.dist(each, embeddings[4]) for each in embeddings]
        assert distances == sorted(distances, reverse=True)


@pytest.mark.parametrize("model", MODELS)
def test_what_two_prompts_share_stays_as_it_is(load, make_plan, model: str) -> None:
    plan = make_plan(frames=5, prompts=["a red circle", "a red circle"])
    for embeddings in condition(load(model), plan).arguments(plan.frames).values():
        assert torch.allclose(embeddings, embeddings[:1].expand_as(embeddings), atol=1e-6)


def test_the_start_of_the_text_is_shared_by_all_prompts(pipeline, make_plan) -> None:
    plan = make_plan(frames=5)
    embeddings = condition(pipeline, plan).arguments(plan.frames)["prompt_embeds"]
    start_of_text = embeddings[:, 0]
    assert torch.allclose(start_of_text, start_of_text[:1].expand_as(start_of_text), atol=1e-6)


@pytest.mark.parametrize("model", POOLED)
@pytest.mark.parametrize("weight", [0.25, 0.5, 0.75])
def test_pooled_embeddings_turn_by_an_even_share_of_the_angle(
    load, plan_of, model: str, weight: float
) -> None:
    # Shoemake 1985: weight w of the way, the angle to the start is w of the angle between the ends.
    conditioning = condition(load(model), plan_of("a red circle", "snow on a house at night"))
    frames = [between(0), between(weight), between(1)]
    start, middle, end = conditioning.arguments(frames)["pooled_prompt_embeds"].double()

    def angle(first: torch.Tensor, second: torch.Tensor) -> float:
        cosine = torch.nn.functional.cosine_similarity(first, second, dim=0)
        return math.acos(float(cosine))

    lengths = [float(each.norm()) for each in (start, middle, end)]
    whole = angle(start, end)
    assert whole > 0.1
    # Exact where both ends are of one length; these nearly are.
    assert max(lengths) / min(lengths) < 1.2
    assert angle(start, middle) == pytest.approx(weight * whole, rel=0.1)


@pytest.mark.holds("negative_prompt")
@pytest.mark.parametrize("model", MODELS)
def test_a_negative_prompt_goes_in_at_its_own_keyframe(load, plan_of, model: str) -> None:
    plan = plan_of(("a", "blurry"), ("a", "dark"))
    arguments = condition(load(model), plan).arguments(plan.frames)
    assert torch.equal(*arguments["prompt_embeds"])
    assert not torch.equal(*arguments["negative_prompt_embeds"])
    if model in POOLED:
        assert not torch.equal(*arguments["negative_pooled_prompt_embeds"])


@pytest.mark.parametrize("model", MODELS)
def test_each_distinct_text_is_encoded_once(
    load, plan_of, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline, calls = load(model), []
    forward = pipeline.text_encoder.forward

    def counted(*arguments: object, **options: object) -> object:
        calls.append(1)
        return forward(*arguments, **options)

    def encodings(*texts: tuple[str, str]) -> int:
        calls.clear()
        plan = plan_of(*texts)
        condition(pipeline, plan).arguments(plan.frames)
        return len(calls)

    monkeypatch.setattr(pipeline.text_encoder, "forward", counted)
    once = encodings(("a", "b"), ("c", "b"))
    assert encodings(*[("a", "b"), ("c", "b")] * 10) == once


def test_xl_has_zeros_where_there_is_no_negative_prompt(load, plan_of) -> None:
    # As its own pipeline does without one; an empty text would be something else.
    plan = plan_of("a red circle", ("a red circle", "blurry"))
    arguments = condition(load("xl"), plan).arguments(plan.frames)
    for name in ("negative_prompt_embeds", "negative_pooled_prompt_embeds"):
        none, some = arguments[name]
        assert not none.any()
        assert some.any()


def test_sd_has_an_empty_text_where_there_is_no_negative_prompt(load, plan_of) -> None:
    arguments = condition(load("sd"), plan_of("", "")).arguments([between(0)])
    assert torch.equal(arguments["prompt_embeds"], arguments["negative_prompt_embeds"])


@pytest.mark.holds("use_prompt_embeds")
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


@pytest.mark.parametrize("model", ["sd", "xl", "sd3", "flux"])
@pytest.mark.parametrize("negative", ["", "blurry"])
def test_without_weights_and_between_no_keyframes_both_ways_of_reading_agree(
    load, plan_of, model: str, negative: str
) -> None:
    pipeline = load(model)
    pictures = []
    for use_prompt_embeds in (True, False):
        plan = plan_of(("a red circle", negative), use_prompt_embeds=use_prompt_embeds)
        pictures.append(
            pipeline(
                **condition(pipeline, plan).arguments(plan.frames),
                num_inference_steps=2,
                guidance_scale=4.0,
                width=64,
                height=64,
                generator=torch.Generator().manual_seed(0),
                output_type="np",
            ).images
        )
    assert abs(pictures[0] - pictures[1]).max() < 1e-3


class TextOnly(DiffusionPipeline):
    """An operator's own pipeline, which takes its prompt as a text."""

    def __call__(self, prompt: str) -> None: ...


def test_blending_is_refused_where_a_pipeline_takes_text_alone(make_plan) -> None:
    with pytest.raises(InputError, match="use_prompt_embeds: a TextOnly takes its prompts as text"):
        condition(TextOnly(), make_plan())
    plan = make_plan(use_prompt_embeds=False)
    arguments = condition(TextOnly(), plan).arguments(plan.frames[:1])
    assert arguments == {"prompt": ["a red circle"]}


@pytest.mark.parametrize("clip_skip", [-1, 1.5, "two", 10**9, [1]])
def test_a_clip_skip_that_makes_no_sense_is_refused(pipeline, make_plan, clip_skip) -> None:
    spec = PipelineSpec("sd", pipeline_args={"clip_skip": clip_skip})
    with pytest.raises(InputError, match="pipeline_args: clip_skip is"):
        condition(pipeline, make_plan(pipeline=spec))


@pytest.mark.holds("pipeline_args")
@pytest.mark.parametrize(("model", "most"), [("sd", 2), ("xl", 1)])
def test_no_more_layers_are_skipped_than_an_encoder_has(
    pipelines, make_plan, model: str, most: int
) -> None:
    # Of the tiny encoders' two, XL never reads the last.
    def skipping(layers: int) -> None:
        spec = PipelineSpec(model, pipeline_args={"clip_skip": layers})
        with pipelines.assembled(spec) as assembly:
            plan = make_plan(pipeline=spec)
            condition(assembly.from_noise, plan).arguments(plan.frames)

    skipping(most)
    with pytest.raises(InputError, match=f"clip_skip is {most + 1}; write 0 to {most}$"):
        skipping(most + 1)
