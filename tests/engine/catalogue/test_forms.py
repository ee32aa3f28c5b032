"""Which class draws."""

import pytest

from engine.catalogue.forms import pipeline_form
from engine.catalogue.lists import PIPELINES, Catalogue, CustomPipelineEntry
from engine.catalogue.models import Family, ModelEntry, read_model
from engine.errors import InputError
from engine.plan import PipelineSpec
from engine.values import Weighted
from tests.support.models import write_model_folder

CONTROL = {"controlnets": (Weighted("edges", 1),)}
ADAPTER = {"adapters": (Weighted("sketch", 1),)}
SD = "StableDiffusion"
PIX2PIX = "StableDiffusionInstructPix2PixPipeline"


@pytest.fixture
def form(tmp_path):
    """Finds the class for a spec and a model of a family."""

    def form(family, from_picture, allowed=PIPELINES, custom=None, **spec):
        model = read_model("m", ModelEntry(path=write_model_folder(tmp_path / family, family)))
        customs = {"own": CustomPipelineEntry(path=custom)} if custom else {}
        catalogue = Catalogue(pipelines=allowed, custom_pipelines=customs)
        return pipeline_form(PipelineSpec("m", **spec), model, catalogue, from_picture)

    return form


@pytest.mark.parametrize(
    ("family", "spec", "from_picture", "name"),
    [
        (Family.SD, {}, False, "StableDiffusionPipeline"),
        (Family.SD, {}, True, "StableDiffusionImg2ImgPipeline"),
        (Family.SD, CONTROL, False, "StableDiffusionControlNetPipeline"),
        (Family.SD, CONTROL, True, "StableDiffusionControlNetImg2ImgPipeline"),
        (Family.SD, ADAPTER, False, "StableDiffusionAdapterPipeline"),
        (Family.SD, ADAPTER, True, "StableDiffusionAdapterImg2ImgPipeline"),
        (Family.SDXL, {}, False, "StableDiffusionXLPipeline"),
        (Family.SDXL, {}, True, "StableDiffusionXLImg2ImgPipeline"),
        (Family.SDXL, CONTROL, False, "StableDiffusionXLControlNetPipeline"),
        (Family.SDXL, CONTROL, True, "StableDiffusionXLControlNetImg2ImgPipeline"),
        (Family.SDXL, ADAPTER, False, "StableDiffusionXLAdapterPipeline"),
        (Family.PIX2PIX, {}, True, PIX2PIX),
        (Family.SD3, {}, False, "StableDiffusion3Pipeline"),
        (Family.SD3, {}, True, "StableDiffusion3Img2ImgPipeline"),
        (Family.SD3, CONTROL, False, "StableDiffusion3ControlNetPipeline"),
        (Family.FLUX, {}, False, "FluxPipeline"),
        (Family.FLUX, {}, True, "FluxImg2ImgPipeline"),
        (Family.FLUX, CONTROL, True, "FluxControlNetImg2ImgPipeline"),
    ],
)
def test_the_class_follows_from_the_model_and_what_steers_it(
    form, family, spec, from_picture, name
):
    found = form(family, from_picture, **spec)
    assert (found.name, found.starts) == (name, from_picture)


@pytest.mark.parametrize(
    ("family", "spec", "from_picture", "words"),
    [
        (Family.SD3, CONTROL, True, "controlnet: a StableDiffusion3ControlNetPipeline can't draw"),
        (Family.SD, CONTROL | ADAPTER, False, "adapter: it can't be combined with a ControlNet"),
        (Family.FLUX, ADAPTER, False, "adapter: a Flux model such as m can't be steered by it"),
        (Family.PIX2PIX, CONTROL, True, "controlnet: a StableDiffusionInstructPix2Pix model"),
        (Family.PIX2PIX, {}, False, "model: StableDiffusionInstructPix2PixPipeline draws over a"),
    ],
)
def test_what_diffusers_has_no_class_for_is_refused(form, family, spec, from_picture, words):
    with pytest.raises(InputError) as caught:
        form(family, from_picture, **spec)
    assert words in str(caught.value)


def test_a_named_class_of_the_family_draws(form):
    named = "StableDiffusionControlNetImg2ImgPipeline"
    assert form(Family.SD, True, pipeline=named, **CONTROL).name == named


def test_what_moves_may_begin_with_the_plain_form_of_a_named_class(form):
    named = "StableDiffusionXLImg2ImgPipeline"
    assert form(Family.SDXL, False, pipeline=named).name == "StableDiffusionXLPipeline"


def test_a_class_that_the_operator_adds_is_understood_by_what_its_call_accepts(form):
    allowed = (*PIPELINES, "StableDiffusionPAGPipeline")
    found = form(Family.SD, True, allowed, pipeline="StableDiffusionPAGPipeline")
    assert found.name == "StableDiffusionPAGImg2ImgPipeline"


@pytest.mark.parametrize(
    "name", ["os.system", "DiffusionPipeline", "StableDiffusionPAGPipeline", "me/my-pipeline"]
)
def test_a_class_that_the_operator_doesnt_allow_is_refused(form, name):
    with pytest.raises(InputError, match=r"pipeline: .* is not here"):
        form(Family.SD, False, pipeline=name)


def test_a_class_that_fills_a_mask_is_refused_even_where_the_operator_allows_it(form):
    name = "StableDiffusionInpaintPipeline"
    with pytest.raises(InputError, match=f"pipeline: {name} needs a mask"):
        form(Family.SD, True, (name,), pipeline=name)


def test_a_class_that_diffusers_hasnt_got_is_refused_even_where_the_operator_allows_it(form):
    with pytest.raises(InputError, match="is not here; did you mean StableDiffusionPipeline"):
        form(Family.SD, False, ("StableDifusion", *PIPELINES), pipeline="StableDifusion")


@pytest.mark.parametrize(
    ("family", "name"),
    [
        (Family.SD, "StableDiffusionXLPipeline"),
        (Family.SD, "FluxPipeline"),
        (Family.SD, PIX2PIX),
        (Family.PIX2PIX, "StableDiffusionPipeline"),
        (Family.SDXL, "StableDiffusionPipeline"),
        (Family.SD3, "FluxPipeline"),
        (Family.FLUX, "StableDiffusion3Pipeline"),
    ],
)
def test_a_class_made_of_other_parts_is_refused_with_those_that_fit(form, family, name):
    with pytest.raises(InputError, match=f"{name} can't draw with m") as caught:
        form(family, False, pipeline=name)
    assert f"choose {family.pipeline}" in str(caught.value)


def test_a_named_class_must_take_what_is_attached(form):
    with pytest.raises(InputError, match="controlnet: StableDiffusionPipeline takes none"):
        form(Family.SD, False, pipeline="StableDiffusionPipeline", **CONTROL)
    with pytest.raises(InputError, match="StableDiffusionControlNetPipeline needs a controlnet"):
        form(Family.SD, False, pipeline="StableDiffusionControlNetPipeline")


class TestCustomPipelines:
    @pytest.fixture
    def own(self, tmp_path):
        def own(parameters):
            file = tmp_path / "own.py"
            file.write_text(
                "from diffusers import DiffusionPipeline\n"
                "class OwnPipeline(DiffusionPipeline):\n"
                f"    def __call__(self, {parameters}): ...\n"
            )
            return file

        return own

    def test_the_operators_file_tells_what_it_accepts(self, form, own):
        found = form(Family.SD, False, custom=own("prompt, glow=1.0"), custom_pipeline="own")
        assert (found.name, found.starts) == ("OwnPipeline", False)
        assert "glow" in found.call.parameters

    def test_one_that_takes_no_picture_cant_move(self, form, own):
        with pytest.raises(InputError, match="custom_pipeline: a OwnPipeline can't draw over"):
            form(Family.SD, True, custom=own("prompt"), custom_pipeline="own")

    def test_one_may_take_a_picture_or_go_without(self, form, own):
        file = own("prompt, image=None, strength=0.8")
        for from_picture in (False, True):
            assert form(Family.SD, from_picture, custom=file, custom_pipeline="own").starts

    def test_one_may_insist_on_a_picture(self, form, own):
        with pytest.raises(InputError, match="draws over a picture, and there is none"):
            form(Family.SD, False, custom=own("prompt, image"), custom_pipeline="own")

    def test_a_file_that_isnt_in_the_list_is_refused(self, form, own, tmp_path):
        for name in ("lpw_stable_diffusion", str(own("prompt")), "../own.py"):
            with pytest.raises(InputError, match=r"custom_pipeline: .* is not here"):
                form(Family.SD, False, custom=tmp_path / "own.py", custom_pipeline=name)

    def test_a_class_and_a_file_together_are_too_much(self, form, own):
        both = {"custom_pipeline": "own", "pipeline": "StableDiffusionPipeline"}
        with pytest.raises(InputError, match="choose one of them"):
            form(Family.SD, False, custom=own("prompt"), **both)
