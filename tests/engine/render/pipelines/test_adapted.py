import inspect

import numpy as np
import pytest
import torch
from diffusers import (
    AutoPipelineForImage2Image,
    StableDiffusionAdapterPipeline,
    StableDiffusionXLAdapterPipeline,
)

from engine.catalogue import Catalogue
from engine.render.pipelines.adapted import (
    StableDiffusionAdapterImg2ImgPipeline,
    StableDiffusionXLAdapterImg2ImgPipeline,
)
from engine.render.pipelines.loading import load_network, load_pipeline
from tests.engine.render.pipelines.conftest import SIDE, Draw

FORMS = {
    "sd": ("sketch", StableDiffusionAdapterPipeline, StableDiffusionAdapterImg2ImgPipeline),
    "xl": ("xl_sketch", StableDiffusionXLAdapterPipeline, StableDiffusionXLAdapterImg2ImgPipeline),
}

# diffusers' adapter pipeline warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:The decode_latents method:FutureWarning")


@pytest.fixture(params=FORMS)
def forms(request, catalogue: Catalogue):
    """The plain image-to-image pipeline, diffusers' adapter pipeline, and the two in one."""
    name, from_noise, from_picture = FORMS[request.param]
    base = load_pipeline(catalogue.models[request.param].path)
    adapter = load_network(catalogue.adapters[name].path)
    plain = AutoPipelineForImage2Image.from_pipe(base)
    plain.set_progress_bar_config(disable=True)
    return plain, *(
        kind.from_pipe(base, adapter=adapter, dtype=torch.float32)
        for kind in (from_noise, from_picture)
    )


def test_an_adapter_that_weighs_nothing_changes_nothing(forms, draw: Draw, picture) -> None:
    plain, _, adapted = forms
    start = {"image": picture, "strength": 0.5}
    steered = draw(adapted, control_image=1 - picture, adapter_conditioning_scale=0.0, **start)
    assert np.allclose(steered, draw(plain, **start), atol=1e-5)
    assert np.array_equal(draw(plain, **start), draw(plain, **start))


@pytest.mark.holds("adapter")
def test_from_full_noise_it_draws_what_the_adapter_pipeline_draws(
    forms, draw: Draw, picture
) -> None:
    plain, from_noise, adapted = forms
    noise = torch.randn(1, 4, SIDE // 8, SIDE // 8, generator=torch.Generator().manual_seed(1))
    black = torch.zeros_like(noise)  # as latents, which start no picture but themselves
    steps = adapted.scheduler
    steps.set_timesteps(4)
    start = steps.add_noise(black, noise, steps.timesteps[:1])
    expected = draw(
        from_noise,
        image=picture,
        latents=start,
        adapter_conditioning_scale=0.7,
        width=SIDE,
        height=SIDE,
    )
    steps.add_noise = lambda *_: start
    steered = draw(
        adapted, image=black, strength=1.0, control_image=picture, adapter_conditioning_scale=0.7
    )
    del steps.add_noise
    assert np.allclose(steered, expected, atol=1e-4)
    assert not np.allclose(draw(plain, image=black, strength=1.0), steered, atol=1e-3)


@pytest.mark.holds("adapter")
def test_several_adapters_and_a_batch_go_together(
    catalogue: Catalogue, forms, picture, draw: Draw
) -> None:
    _, _, adapted = forms
    kind, adapter = type(adapted), adapted.adapter
    pair = kind.from_pipe(adapted, adapter=[adapter, adapter], dtype=torch.float32)
    arguments = {"strength": 0.5, "adapter_conditioning_scale": [0.5, 0.2]}
    shown = [picture, 1 - picture]
    alone = draw(pair, image=picture, control_image=shown, **arguments)
    both = draw(
        pair,
        prompt=["a cat", "a dog"],
        image=torch.cat([picture] * 2),
        control_image=[torch.cat([each] * 2) for each in shown],
        **arguments,
    )
    assert alone.shape == both.shape
    assert np.isfinite(both).all()


def test_what_it_takes_can_be_asked(forms) -> None:
    plain, _, adapted = forms
    accepted = inspect.signature(type(adapted).__call__).parameters
    assert accepted.keys() == inspect.signature(type(plain).__call__).parameters.keys() | {
        "control_image",
        "adapter_conditioning_scale",
    }


def test_the_unet_is_left_as_it_was(forms, picture, draw: Draw) -> None:
    plain, _, adapted = forms

    def cancel(*_: object) -> None:
        raise KeyboardInterrupt

    start = {"image": picture, "strength": 0.5}
    before = draw(plain, **start)
    with pytest.raises(KeyboardInterrupt):
        draw(adapted, control_image=picture, callback_on_step_end=cancel, **start)
    assert np.array_equal(draw(plain, **start), before)
