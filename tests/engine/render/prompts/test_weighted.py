import pytest
import torch

from engine.errors import InputError
from engine.plan import PipelineSpec
from engine.render.prompts import condition
from engine.render.prompts.weighted import WeightingEncoder

MODELS = ["sd", "xl"]
LONG = "many words " * 20
JOINED = '("a cat", "a dog").and()'


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("prompt", ["", "a red circle", "snow, falling on a blue house at night"])
def test_an_unweighted_prompt_is_embedded_as_the_pipeline_itself_would(
    load, plan_of, model: str, prompt: str
) -> None:
    pipeline, plan = load(model), plan_of((prompt, "blurry"))
    with torch.inference_mode():
        expected = pipeline.encode_prompt(
            prompt,
            device="cpu",
            num_images_per_prompt=1,
            do_classifier_free_guidance=True,
            negative_prompt="blurry",
        )
    names = (
        "prompt_embeds",
        "negative_prompt_embeds",
        "pooled_prompt_embeds",
        "negative_pooled_prompt_embeds",
    )
    arguments = condition(pipeline, plan).arguments(plan.frames)
    assert len(arguments) == len(expected)
    for name, embedding in zip(names, expected, strict=False):
        assert torch.equal(arguments[name], embedding)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("clip_skip", [1, 2])
def test_clip_skip_leaves_out_the_layers_that_the_pipeline_itself_would(
    load, plan_of, model: str, clip_skip: int
) -> None:
    if model == "xl" and clip_skip == 2:
        pytest.skip("the tiny encoder has two layers, and XL leaves out one more")
    pipeline = load(model)
    spec = PipelineSpec(model, pipeline_args={"clip_skip": clip_skip})
    with torch.inference_mode():
        expected = pipeline.encode_prompt(
            "a red circle",
            device="cpu",
            num_images_per_prompt=1,
            do_classifier_free_guidance=False,
            clip_skip=clip_skip,
        )
    plan, plain = plan_of("a red circle", pipeline=spec), plan_of("a red circle")
    embedding = condition(pipeline, plan).arguments(plan.frames)["prompt_embeds"]
    assert torch.allclose(embedding, expected[0], atol=1e-6)
    without = condition(pipeline, plain).arguments(plan.frames)["prompt_embeds"]
    assert not torch.allclose(embedding, without, atol=1e-3)


@pytest.mark.parametrize("model", [*MODELS, "pix2pix"])
def test_long_and_joined_prompts_make_all_embeddings_as_long(load, plan_of, model: str) -> None:
    plan = plan_of("a cat", JOINED, LONG, ("a cat", LONG + LONG))
    arguments = condition(load(model), plan).arguments(plan.frames)
    assert arguments["prompt_embeds"].shape == arguments["negative_prompt_embeds"].shape
    assert arguments["prompt_embeds"].shape[1] % 77 == 0
    assert arguments["prompt_embeds"].shape[1] > 2 * 77


@pytest.mark.parametrize("model", MODELS)
def test_a_short_prompt_is_lengthened_with_empty_text(load, plan_of, model: str) -> None:
    plan = plan_of("a cat", LONG, ("", "a"))
    short, _, empty = condition(load(model), plan).arguments(plan.frames)["prompt_embeds"]
    assert torch.equal(short[77:], empty[77:])
    assert torch.equal(empty[77:154], empty[:77])
    assert not torch.equal(short[:77], empty[:77])


@pytest.mark.parametrize("model", MODELS)
def test_a_long_prompt_next_to_a_short_one_can_be_drawn(load, plan_of, model: str) -> None:
    pipeline, plan = load(model), plan_of(LONG, "a cat", JOINED)
    pictures = pipeline(
        **condition(pipeline, plan).arguments(plan.frames),
        num_inference_steps=1,
        width=64,
        height=64,
        output_type="np",
    ).images
    assert pictures.shape == (3, 64, 64, 3)


@pytest.mark.parametrize("model", MODELS)
def test_weights_change_an_embedding(load, plan_of, model: str) -> None:
    plan = plan_of("a red circle", "a red++ circle", "a red-- circle")
    plain, more, less = condition(load(model), plan).arguments(plan.frames)["prompt_embeds"]
    assert not torch.allclose(plain, more, atol=1e-3)
    assert not torch.allclose(plain, less, atol=1e-3)


def test_the_signs_of_weights_are_no_part_of_the_pooled_text(load) -> None:
    plain, weighted, typed = WeightingEncoder(load("xl"))(
        ["a red circle", "a red++ circle", "a red + + circle"]
    )
    assert torch.equal(plain.pooled, weighted.pooled)
    assert not torch.allclose(plain.pooled, typed.pooled, atol=1e-3)


@pytest.mark.parametrize("joining", ["blend(3, 1)", "and(3, 1)"])
def test_pooled_texts_are_averaged_with_their_weights(load, joining: str) -> None:
    cat, dog, both = WeightingEncoder(load("xl"))(
        ["a cat", "a dog", f'("a cat", "a dog").{joining}']
    )
    assert torch.allclose(both.pooled, 0.75 * cat.pooled + 0.25 * dog.pooled, atol=1e-6)


def test_models_that_read_with_more_than_clip_are_left_to_their_own_encoders(load) -> None:
    fitting = [
        model
        for model in ("sd", "xl", "pix2pix", "sd3", "flux")
        if WeightingEncoder.fits(load(model))
    ]
    assert fitting == ["sd", "xl", "pix2pix"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "prompt",
    [
        '("a", "b").blend(1)',
        '("a", "b").blend(0, 0)',
        '("a", "b").blend(1, -1)',
        "word" + "+" * 3000,
        "(" * 500,
        "a cat.swap(dog)",
        "a cat withLora(ink, 0.5)",
    ],
)
def test_weighting_that_makes_no_sense_is_refused_with_its_text(
    load, plan_of, model: str, prompt: str
) -> None:
    with pytest.raises(InputError, match="prompts: the weighting in"):
        condition(load(model), plan_of(prompt))


def test_many_parentheses_are_read_at_once(pipeline, plan_of) -> None:
    # Compel's own parser would take a quarter of an hour.
    condition(pipeline, plan_of("((((((((((masterpiece))))))))))", "((((((((((((oops"))


def test_weights_that_would_be_read_for_hours_are_refused_at_once(pipeline, plan_of) -> None:
    # Compel reads the whole text once more for every word weighted below 1.
    with pytest.raises(InputError, match="prompts: too many words are weighted below 1"):
        condition(pipeline, plan_of("red- a " * 400))


def test_a_picture_book_of_weights_is_none_too_many(pipeline, plan_of) -> None:
    page = "a small- dog, a (large)0.8 cat and a (red)1.2 house at night, " * 3
    condition(pipeline, plan_of(*[f"{page} {number}" for number in range(20)]))
