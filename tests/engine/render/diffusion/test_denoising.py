from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from engine.plan import Keyframe, PipelineSpec
from engine.render.noise import keyframe_noise, latent_shape
from tests.engine.render.diffusion.conftest import (
    ALL_WAYS,
    HEIGHT,
    STEPS,
    WAYS,
    WIDTH,
    difference,
    noisy_picture,
)

pytestmark = [
    # Pipelines of T2I adapters decode in a way that diffusers itself warns of.
    pytest.mark.filterwarnings("ignore:The decode_latents method:FutureWarning"),
    # Schedulers call numpy in a way that numpy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array_.*:DeprecationWarning"),
]


@pytest.mark.parametrize(("kind", "way"), ALL_WAYS)
def test_every_kind_draws_frames_of_the_size_that_was_asked_for(studio, kind, way) -> None:
    pictures = studio(kind).draw(way)
    assert pictures.shape == (1, HEIGHT, WIDTH, 3)
    assert pictures.dtype == np.uint8
    assert pictures.std() > 10


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_without_guidance_the_negative_prompt_is_not_heard(studio, kind: str, way: str) -> None:
    pictures = []
    for negative in ("blurry", "a dark house"):
        keyframes = (Keyframe(0, "a red circle", negative, 7),)
        room = studio(kind, keyframes=keyframes)
        first = replace(room.plan.frames[0], target=0)
        pictures.append(room.draw(way, [first], guidance_scale=1.0))
    assert difference(*pictures) <= 1


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_the_batch_does_not_show(studio, kind: str, way: str) -> None:
    room = studio(kind)
    frames = room.plan.frames[:3]
    together = room.draw(way, frames)
    assert difference(together[0], together[1]) > 2
    for frame, picture in zip(frames, together, strict=True):
        assert difference(room.draw(way, [frame])[0], picture) <= 2


@pytest.mark.parametrize(("kind", "way"), [("sd", "noise"), ("xl", "picture"), ("flux", "noise")])
def test_the_same_frame_twice_is_the_same_to_the_bit(studio, kind: str, way: str) -> None:
    assert np.array_equal(studio(kind).draw(way), studio(kind).draw(way))


@pytest.mark.parametrize("kind", ["sd", "xl", "sd3", "flux"])
@pytest.mark.parametrize("guidance_scale", [3.0, 1.0, 0.0])
def test_a_frame_is_what_diffusers_itself_draws_for_the_prompt_and_the_seed(
    studio, kind: str, guidance_scale: float
) -> None:
    room = studio(kind)
    [frame] = room.draw("noise", guidance_scale=guidance_scale)
    first = room.plan.keyframes[0]
    expected = room.pipeline("noise")(
        first.prompt,
        negative_prompt=first.negative_prompt,
        width=WIDTH,
        height=HEIGHT,
        num_inference_steps=STEPS,
        guidance_scale=guidance_scale,
        generator=torch.Generator().manual_seed(first.seed),
    ).images[0]
    assert difference(frame, np.asarray(expected)) <= 1


@pytest.mark.parametrize("kind", ["sd", "xl", "sd3", "flux"])
@pytest.mark.parametrize("taken", [1, 3, STEPS])
def test_a_frame_over_a_picture_is_what_diffusers_itself_draws_over_its_latents(
    studio, kind: str, taken: int
) -> None:
    room = studio(kind)
    pipeline, first = room.pipeline("picture"), room.plan.keyframes[0]
    [frame] = room.draw("picture", pictures=[noisy_picture(5)], taken=taken)
    normal = torch.from_numpy(noisy_picture(5)).permute(2, 0, 1)[None] / 127.5 - 1
    config = pipeline.vae.config
    with torch.inference_mode():
        latents = pipeline.vae.encode(normal).latent_dist.mode()
    latents = (latents - (config.shift_factor or 0)) * config.scaling_factor
    expected = pipeline(
        first.prompt,
        negative_prompt=first.negative_prompt,
        image=latents,
        strength=Fraction(taken, STEPS),
        num_inference_steps=STEPS,
        guidance_scale=3.0,
        generator=torch.Generator().manual_seed(first.seed),
        **({"width": WIDTH, "height": HEIGHT} if kind in {"sd3", "flux"} else {}),
    ).images[0]
    assert difference(frame, np.asarray(expected)) <= 1


@pytest.mark.holds("strength")
@pytest.mark.parametrize("kind", ["sd", "xl", "sd3", "flux", "controlnet", "xl controlnet"])
def test_less_strength_stays_nearer_to_the_picture(studio, kind: str) -> None:
    room = studio(kind, steps=10)
    dark, bright = (np.full((HEIGHT, WIDTH, 3), level, np.uint8) for level in (20, 220))

    def spread(taken: int) -> float:
        pair = [room.draw("picture", pictures=[each], taken=taken) for each in (dark, bright)]
        return np.abs(pair[0].astype(int) - pair[1]).mean()

    assert spread(1) > spread(5) > spread(10)


@pytest.mark.parametrize("kind", ["sd", "xl", "sd3", "flux", "pix2pix", "controlnet"])
def test_the_given_noise_is_what_covers_a_picture(studio, kind: str) -> None:
    room = studio(kind)
    shape = latent_shape(room.pipeline("picture"), room.plan)
    same = room.draw("picture", generators=[torch.Generator().manual_seed(99)])
    other = room.draw("picture", noise=keyframe_noise(8, shape))
    assert np.array_equal(room.draw("picture"), same)
    assert difference(room.draw("picture"), other) > 2


@pytest.mark.parametrize("kind", ["sd", "flux"])
def test_the_schedulers_own_noising_is_back_afterwards(studio, kind: str) -> None:
    room = studio(kind)
    room.draw("picture")
    changed = vars(room.pipeline("picture").scheduler)
    assert not {"add_noise", "scale_noise", "step"} & changed.keys()


@pytest.mark.holds("width", "height")
@pytest.mark.parametrize("size", [(72, 104), (104, 72)])
@pytest.mark.parametrize("kind", ["sd", "xl", "controlnet", "adapter", "xl adapter"])
def test_any_multiple_of_eight_is_a_size(studio, kind: str, size: tuple[int, int]) -> None:
    width, height = size
    assert studio(kind, width=width, height=height).draw("noise").shape == (1, height, width, 3)


def test_pictures_that_stay_are_encoded_once(studio, monkeypatch: pytest.MonkeyPatch) -> None:
    room = studio("sd")
    vae, calls = room.pipeline("picture").vae, []
    encode = vae.encode
    monkeypatch.setattr(vae, "encode", lambda x: (calls.append(1), encode(x))[1])
    frames = room.plan.frames[:3]
    room.draw("picture", frames, pictures=[noisy_picture(seed) for seed in range(3)])
    assert len(calls) == 3
    calls.clear()
    still = noisy_picture(5)
    room.draw("picture", frames, pictures=[still, still, still])
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("model", "scheduler"),
    [
        ("sd", "euler_ads"),
        ("sd", "ddpm"),
        ("sd", "LCMScheduler"),
        ("sd3", "FlowMatchLCMScheduler"),
        ("flux", "FlowMatchLCMScheduler"),
    ],
)
def test_noise_that_a_scheduler_adds_does_not_depend_on_the_batch(
    studio, model: str, scheduler: str
) -> None:
    room = studio(PipelineSpec(model, scheduler=scheduler))
    frames = room.plan.frames[:3]
    together = room.draw("noise", frames)
    for frame, picture in zip(frames, together, strict=True):
        assert difference(room.draw("noise", [frame])[0], picture) <= 2


def test_flux_tells_two_guidances_apart(studio) -> None:
    room = studio("flux")
    weak, strong = (room.draw("noise", guidance_scale=scale) for scale in (1.0, 9.0))
    assert difference(weak, strong) > 0
    guided = room.draw("noise", pipeline_args={"true_cfg_scale": 4.0})
    assert difference(guided, room.draw("noise")) > 2


def test_full_strength_covers_the_picture_all_but_entirely(studio) -> None:
    # The noise schedule's last step hides all but a trace of the picture.
    room = studio("sd")
    grey = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    covered = room.draw("picture", pictures=[grey], taken=STEPS)
    assert np.abs(room.draw("noise").astype(int) - covered).mean() < 25
