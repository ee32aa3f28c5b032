from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline
from diffusers.models import MultiAdapter
from diffusers.models.controlnets.multicontrolnet import MultiControlNetModel

from engine.catalogue import Catalogue, CustomPipelineEntry
from engine.errors import InputError
from engine.plan import PipelineSpec
from engine.render.pipelines import PipelineCache
from engine.values import Weighted
from tests.engine.render.pipelines.conftest import SIDE, Draw

SIZE = {"width": SIDE, "height": SIDE}
EDGES = (Weighted("edges", 0.8),)
XL_EDGES = (Weighted("xl_edges", 1),)
SKETCH = (Weighted("sketch", 1),)
XL_SKETCH = (Weighted("xl_sketch", 1),)

# diffusers' schedulers and its adapter pipeline warn of themselves.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The decode_latents method:FutureWarning"),
]

CUSTOM = """
from diffusers import DiffusionPipeline
from diffusers.models import UNet2DConditionModel
from diffusers.schedulers import KarrasDiffusionSchedulers

class GreyPipeline(DiffusionPipeline):
    def __init__(self, unet: UNet2DConditionModel, scheduler: KarrasDiffusionSchedulers):
        super().__init__()
        self.register_modules(unet=unet, scheduler=scheduler)

    def __call__(self, prompt=None, width=None, height=None):
        return width * height
"""


@pytest.mark.holds("pipeline")
@pytest.mark.parametrize(
    ("spec", "from_noise", "from_picture"),
    [
        (PipelineSpec("sd"), "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline"),
        (
            PipelineSpec("sd", controlnets=EDGES),
            "StableDiffusionControlNetPipeline",
            "StableDiffusionControlNetImg2ImgPipeline",
        ),
        (
            PipelineSpec("sd", adapters=SKETCH),
            "StableDiffusionAdapterPipeline",
            "StableDiffusionAdapterImg2ImgPipeline",
        ),
        (
            PipelineSpec("sd", pipeline="StableDiffusionImg2ImgPipeline"),
            "StableDiffusionPipeline",
            "StableDiffusionImg2ImgPipeline",
        ),
        (PipelineSpec("pix2pix"), None, "StableDiffusionInstructPix2PixPipeline"),
        (PipelineSpec("xl"), "StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline"),
        (
            PipelineSpec("xl", controlnets=XL_EDGES),
            "StableDiffusionXLControlNetPipeline",
            "StableDiffusionXLControlNetImg2ImgPipeline",
        ),
        (
            PipelineSpec("xl", adapters=XL_SKETCH),
            "StableDiffusionXLAdapterPipeline",
            "StableDiffusionXLAdapterImg2ImgPipeline",
        ),
        (PipelineSpec("sd3"), "StableDiffusion3Pipeline", "StableDiffusion3Img2ImgPipeline"),
        (PipelineSpec("flux"), "FluxPipeline", "FluxImg2ImgPipeline"),
    ],
    ids=lambda value: value.model if isinstance(value, PipelineSpec) else value,
)
def test_each_spec_gets_its_classes(
    pipelines: PipelineCache, spec: PipelineSpec, from_noise: str | None, from_picture: str | None
) -> None:
    with pipelines.assembled(spec) as assembly:
        for form, expected in (("from_noise", from_noise), ("from_picture", from_picture)):
            if expected is None:
                with pytest.raises(InputError):
                    getattr(assembly, form)
            else:
                pipeline = getattr(assembly, form)
                assert type(pipeline).__name__ == expected
                assert getattr(assembly, form) is pipeline


@pytest.mark.parametrize("model", ["sd", "xl", "sd3", "flux"])
def test_both_pipelines_and_later_ones_share_the_weights(
    pipelines: PipelineCache, model: str
) -> None:
    with pipelines.assembled(PipelineSpec(model)) as assembly:
        places = _places(assembly.from_noise)
        assert _places(assembly.from_picture) == places
    with pipelines.assembled(PipelineSpec(model)) as assembly:
        assert _places(assembly.from_picture) == places


def _places(pipeline: DiffusionPipeline) -> set[int]:
    """Where in the memory the weights of all of a pipeline's networks are."""
    networks = [part for part in pipeline.components.values() if isinstance(part, torch.nn.Module)]
    return {weight.data_ptr() for network in networks for weight in network.parameters()}


def test_a_pipeline_computes_in_the_models_precision(catalogue: Catalogue) -> None:
    pipelines = PipelineCache(catalogue)
    with pipelines.assembled(PipelineSpec("sd")) as assembly:
        assembly.from_noise.to(dtype=torch.bfloat16)  # the weights themselves, as on a GPU
        networks = assembly.from_picture.components
    assert {networks[name].dtype for name in ("unet", "vae", "text_encoder")} == {torch.bfloat16}


@pytest.mark.holds("controlnet")
def test_several_networks_steer_together_in_their_order(
    pipelines: PipelineCache, draw: Draw, picture: torch.Tensor
) -> None:
    nets = (Weighted("edges", 0.5), Weighted("edges", 0.2))
    with pipelines.assembled(PipelineSpec("sd", controlnets=nets)) as assembly:
        assert isinstance(assembly.from_noise.controlnet, MultiControlNetModel)
        assert assembly.controlnets == nets
        pictures, scales = [picture, 1 - picture], [weight for _, weight in assembly.controlnets]
        drawn = draw(assembly.from_noise, image=pictures, controlnet_conditioning_scale=scales)
        assert np.isfinite(drawn).all()
    pair = (Weighted("sketch", 1), Weighted("sketch", 0.5))
    with pipelines.assembled(PipelineSpec("sd", adapters=pair)) as assembly:
        assert isinstance(assembly.from_noise.adapter, MultiAdapter)
        assert assembly.adapters == pair


@pytest.mark.parametrize(
    ("spec", "argument"),
    [
        (PipelineSpec("sd", controlnets=EDGES), "controlnet_conditioning_scale"),
        (PipelineSpec("xl", controlnets=XL_EDGES), "controlnet_conditioning_scale"),
        (PipelineSpec("sd", adapters=SKETCH), "adapter_conditioning_scale"),
        (PipelineSpec("xl", adapters=XL_SKETCH), "adapter_conditioning_scale"),
    ],
)
def test_what_steers_is_attached_and_can_be_scaled(
    pipelines: PipelineCache, draw: Draw, picture: torch.Tensor, spec: PipelineSpec, argument: str
) -> None:
    with pipelines.assembled(spec) as assembly:
        off, half, full = (
            draw(assembly.from_noise, image=picture, **SIZE, **{argument: scale})
            for scale in (0.0, 0.5, 1.0)
        )
    with pipelines.assembled(PipelineSpec(spec.model)) as assembly:
        plain = draw(assembly.from_noise, **SIZE)
    assert np.allclose(off, plain, atol=1e-4)
    assert not np.allclose(half, full, atol=1e-3)


@pytest.mark.parametrize(
    ("spec", "setting"),
    [
        (PipelineSpec("nothing"), "model"),
        (PipelineSpec("../sd"), "model"),
        (PipelineSpec("sd", controlnets=(Weighted("lllyasviel/canny", 1),)), "controlnet"),
        (PipelineSpec("sd", adapters=(Weighted("nothing", 1),)), "adapter"),
        (PipelineSpec("sd", loras=(Weighted("nothing", 1),)), "lora"),
        (PipelineSpec("sd", controlnets=XL_EDGES), "controlnet"),
        (PipelineSpec("sd", adapters=XL_SKETCH), "adapter"),
        (PipelineSpec("xl", loras=(Weighted("ink", 1),)), "lora"),
        (PipelineSpec("flux", controlnets=EDGES), "controlnet"),
        (PipelineSpec("sd", pipeline="StableDiffusionXLPipeline"), "pipeline"),
        (PipelineSpec("sd", pipeline="AudioLDM2Pipeline"), "pipeline"),
        (PipelineSpec("sd", pipeline="os"), "pipeline"),
        (PipelineSpec("sd", custom_pipeline="/tmp/evil.py"), "custom_pipeline"),
        (PipelineSpec("sd", controlnets=EDGES, adapters=SKETCH), "adapter"),
    ],
)
def test_names_that_the_operator_did_not_list_and_parts_that_do_not_fit_are_refused(
    pipelines: PipelineCache, spec: PipelineSpec, setting: str
) -> None:
    with pytest.raises(InputError) as told, pipelines.assembled(spec) as assembly:
        assembly.from_noise  # noqa: B018
    assert told.value.setting == setting


@pytest.fixture
def custom(catalogue: Catalogue, tmp_path: Path) -> PipelineCache:
    (tmp_path / "grey.py").write_text(CUSTOM)
    entry = CustomPipelineEntry(path=tmp_path / "grey.py")
    return PipelineCache(catalogue.model_copy(update={"custom_pipelines": {"grey": entry}}))


@pytest.mark.holds("custom_pipeline")
def test_an_operators_pipeline_file_draws_with_the_models_weights(custom: PipelineCache) -> None:
    spec = PipelineSpec("sd", custom_pipeline="grey", scheduler="euler")
    with custom.assembled(PipelineSpec("sd")) as assembly:
        plain = assembly.from_noise
    with custom.assembled(spec) as assembly:
        pipeline = assembly.from_noise
        assert type(pipeline).__name__ == "GreyPipeline"
        assert pipeline.unet is plain.unet
        assert type(pipeline.scheduler).__name__ == "EulerDiscreteScheduler"
        assert pipeline(width=SIDE, height=SIDE) == SIDE**2
        with pytest.raises(InputError, match="custom_pipeline: a GreyPipeline can't draw over"):
            assembly.from_picture  # noqa: B018


def test_an_operators_pipeline_that_wants_other_parts_is_told(custom: PipelineCache) -> None:
    spec = PipelineSpec("sd3", custom_pipeline="grey")
    with (
        custom.assembled(spec) as assembly,
        pytest.raises(Exception, match="a GreyPipeline can't be made out of the model sd3"),
    ):
        assembly.from_noise  # noqa: B018
