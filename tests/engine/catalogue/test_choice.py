"""What a request's choices come to."""

import json

import pytest

from engine.catalogue import Catalogue, ControlEntry, LoraEntry, PreprocessorEntry
from engine.catalogue.choice import PictureUse, check_choice, picture_use
from engine.catalogue.models import Family, ModelEntry
from engine.errors import InputError
from engine.media.facts import MediaFacts, PictureFacts, VideoFacts
from engine.plan import PipelineSpec
from engine.settings import Settings
from engine.values import Weighted
from tests.support.models import write_adapter, write_controlnet, write_lora, write_model_folder

NOTHING = MediaFacts()
PICTURE = MediaFacts(image=PictureFacts(width=64, height=64))
VIDEO = MediaFacts(video=VideoFacts(width=64, height=64, frames=9, fps="12", has_sound=False))


@pytest.fixture
def catalogue(tmp_path):
    key = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight"
    edges = write_controlnet(tmp_path / "edges")
    return Catalogue(
        models={
            family: ModelEntry(path=write_model_folder(tmp_path / family, family))
            for family in Family
        },
        controlnets={
            "edges": ControlEntry(path=edges, preprocess="canny"),
            "depth": ControlEntry(path=edges, preprocess="depth"),
            "plain": ControlEntry(path=edges),
        },
        adapters={"sketch": ControlEntry(path=write_adapter(tmp_path / "sketch"))},
        loras={"ink": LoraEntry(path=write_lora(tmp_path / "ink.safetensors", {key: [4, 768]}))},
        preprocessors={"depth": PreprocessorEntry(path=tmp_path / "midas")},
    )


@pytest.fixture
def check(catalogue):
    def check(media=NOTHING, moves=False, family=Family.SD, **settings):
        chosen = Settings().updated(settings)
        return check_choice(chosen, catalogue, catalogue.model(family), media, moves=moves)

    return check


@pytest.fixture
def refused(check):
    def refused(*args, **settings):
        with pytest.raises(InputError) as caught:
            check(*args, **settings)
        return str(caught.value)

    return refused


@pytest.mark.parametrize("media", [PICTURE, VIDEO])
class TestWhatThePictureIsFor:
    def test_frames_are_drawn_over_it(self, check, media):
        assert check(media).picture == PictureUse(start=True, control=False)

    def test_a_controlnet_is_shown_it_and_nothing_else(self, check, media):
        assert check(media, controlnet="edges").picture == PictureUse(start=False, control=True)

    def test_an_adapter_is_shown_it_and_nothing_else(self, check, media):
        assert check(media, adapter="sketch").picture == PictureUse(start=False, control=True)

    def test_a_named_class_that_starts_from_a_picture_makes_it_both(self, check, media):
        named = "StableDiffusionControlNetImg2ImgPipeline"
        use = check(media, controlnet="edges", pipeline=named).picture
        assert use == PictureUse(start=True, control=True)

    def test_with_motion_it_still_steers(self, check, media):
        use = check(media, moves=True, controlnet="edges").picture
        assert use == PictureUse(start=False, control=True)

    def test_it_is_what_instruct_pix2pix_edits(self, check, media):
        use = check(media, family=Family.PIX2PIX, pipeline_args='{"image_guidance_scale": 1.5}')
        assert use.picture == PictureUse(start=True, control=False)


class TestAMissingPicture:
    def test_without_one_frames_start_from_noise(self, check):
        assert check().picture == PictureUse(start=False, control=False)
        assert check(moves=True).picture == PictureUse(start=False, control=False)

    def test_a_controlnet_has_nothing_to_see(self, refused):
        words = refused(controlnet="edges, plain")
        assert words == (
            "controlnet: there is nothing to show to edges, plain; attach a picture or a video"
        )

    def test_an_adapter_has_nothing_to_see(self, refused):
        assert refused(adapter="sketch").startswith("adapter: there is nothing to show to sketch")

    def test_instruct_pix2pix_has_nothing_to_edit(self, refused):
        assert "attach a picture or a video" in refused(family=Family.PIX2PIX)

    def test_a_class_that_draws_over_one_cant(self, check, refused):
        named = {"pipeline": "StableDiffusionImg2ImgPipeline"}
        assert "draws over a picture; choose StableDiffusionPipeline" in refused(**named)
        check(moves=True, **named)  # the frame before is one


@pytest.mark.holds("pipeline")
def test_a_class_that_cant_use_the_picture_is_refused(refused):
    words = refused(PICTURE, pipeline="StableDiffusionPipeline")
    assert "doesn't draw over a picture; choose StableDiffusionImg2ImgPipeline" in words


@pytest.mark.holds("controlnet", "adapter", "lora", "custom_pipeline")
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"controlnet": "lllyasviel/sd-controlnet-canny"}, "controlnet"),
        ({"controlnet": "egdes"}, "choose edges or depth or plain"),
        ({"adapter": "color"}, "adapter: 'color' is not here; choose sketch"),
        ({"lora": "ink:0.5, glow"}, "lora: 'glow' is not here; choose ink"),
        ({"custom_pipeline": "clip_guided"}, "custom_pipeline: 'clip_guided' is not here"),
        ({"pipeline": "StableDiffusionUpscalePipeline"}, "pipeline: "),
        ({"controlnet": "edges", "preprocess": "cany"}, "did you mean canny"),
    ],
)
def test_only_what_the_operator_has_listed_can_be_named(catalogue, settings, words):
    with pytest.raises(InputError) as caught:
        chosen = Settings().updated(settings)
        check_choice(chosen, catalogue, catalogue.model(Family.SD), PICTURE, moves=False)
    assert words in str(caught.value)


def test_what_was_made_for_another_model_is_refused(refused):
    xl = {"family": Family.SDXL}
    assert "edges was not made for StableDiffusionXL" in refused(PICTURE, controlnet="edges", **xl)
    assert "sketch was not made for StableDiffusionXL" in refused(PICTURE, adapter="sketch", **xl)
    assert "ink was not made for StableDiffusionXL" in refused(lora="ink", **xl)


class TestPreprocessing:
    def test_each_controlnet_has_its_own_processor(self, check):
        assert check(PICTURE, controlnet="edges, depth").preprocess == ("canny", "depth")
        assert check(PICTURE, controlnet="plain").preprocess == ("none",)
        assert check().preprocess == ()

    def test_they_are_named_in_the_same_order(self, check):
        chosen = check(PICTURE, controlnet="edges, depth", preprocess="none, soft_edge")
        assert chosen.preprocess == ("none", "soft_edge")

    @pytest.mark.parametrize("names", ["canny", "canny, depth, none"])
    def test_there_must_be_as_many_as_controlnets(self, refused, names):
        words = refused(PICTURE, controlnet="edges, depth", preprocess=names)
        assert "for 2 ControlNets and adapters; name one for each, or none at all" in words

    def test_there_must_be_something_to_process_for(self, refused):
        assert "1 for 0 ControlNets and adapters" in refused(PICTURE, preprocess="canny")

    def test_they_take_no_weight(self, refused):
        words = refused(PICTURE, controlnet="edges", preprocess="canny:0.5")
        assert "canny takes no weight" in words


class TestPipelineArguments:
    @pytest.mark.parametrize(
        ("given", "advice"),
        [
            ("prompt", "set prompts"),
            ("prompt_2", "set prompts"),
            ("prompt_embeds", "set prompts"),
            ("negative_prompt", "set negative_prompt"),
            ("negative_prompt_embeds", "set negative_prompt"),
            ("pooled_prompt_embeds", "set prompts"),
            ("image", "attach a picture"),
            ("control_image", "attach a picture"),
            ("latents", "set seed"),
            ("generator", "set seed"),
            ("num_inference_steps", "set steps"),
            ("timesteps", "set steps"),
            ("sigmas", "set steps"),
            ("guidance_scale", "set guidance_scale"),
            ("strength", "set strength"),
            ("width", "set width"),
            ("height", "set height"),
            ("controlnet_conditioning_scale", "set controlnet_scale"),
            ("callback_on_step_end", "the program's own"),
            ("callback", "the program's own"),
            ("output_type", "the program's own"),
            ("return_dict", "the program's own"),
            ("num_images_per_prompt", "the program's own"),
        ],
    )
    def test_what_is_a_setting_is_told_to_be_one(self, refused, given, advice):
        words = refused(pipeline_args=json.dumps({given: 1}))
        assert words.startswith(f"pipeline_args: {given} can't be set there")
        assert advice in words

    def test_what_the_class_accepts_is_let_through(self, check):
        check(pipeline_args='{"eta": 0.5, "clip_skip": 1, "guidance_rescale": 0.7}')
        check(PICTURE, controlnet="edges", pipeline_args='{"control_guidance_end": 0.5}')
        check(family=Family.SDXL, pipeline_args='{"original_size": [512, 512]}')

    def test_what_it_doesnt_is_told_with_what_is_like_it(self, refused):
        words = refused(pipeline_args='{"guidance_rescal": 0.7}')
        assert "StableDiffusionPipeline has no argument 'guidance_rescal'" in words
        assert "did you mean guidance_rescale" in words
        assert "image_guidance_scale" in refused(pipeline_args='{"image_guidance_scale": 1}')
        assert "choose" in refused(pipeline_args='{"kwargs": {"callback": 1}}')

    def test_with_motion_both_classes_must_accept_it(self, check, refused):
        check(pipeline_args='{"guidance_rescale": 0.7}')
        words = refused(moves=True, pipeline_args='{"guidance_rescale": 0.7}')
        assert "StableDiffusionImg2ImgPipeline has no argument" in words


def test_a_lora_is_named_once(check, refused):
    check(lora="ink:0.5")
    assert refused(lora="ink, ink:0.5").startswith("lora: ink is named twice")


def test_the_scheduler_and_its_arguments_are_checked(check, refused):
    check(scheduler="euler_ads", scheduler_args='{"timestep_spacing": "trailing"}')
    assert refused(scheduler="FlowMatchEulerDiscreteScheduler").startswith("scheduler: ")
    assert refused(scheduler_args='{"eta": 1}').startswith("scheduler_args: PNDMScheduler")


def test_a_plan_finds_the_same_as_the_settings_did(catalogue):
    spec = PipelineSpec(model=Family.SD, controlnets=(Weighted("edges", 0.5),))
    model = catalogue.model(Family.SD)
    assert picture_use(spec, model, catalogue, True) == PictureUse(start=False, control=True)
