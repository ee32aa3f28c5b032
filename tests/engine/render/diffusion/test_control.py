import numpy as np
import pytest
import torch

from engine.errors import RenderError
from engine.render.diffusion.control import control_arguments
from tests.engine.render.diffusion.conftest import (
    ALL_WAYS,
    HEIGHT,
    STEERED,
    WIDTH,
    difference,
    noisy_picture,
)

pytestmark = pytest.mark.filterwarnings("ignore:The decode_latents method:FutureWarning")

STEERED_WAYS = [(kind, way) for kind, way in ALL_WAYS if kind in STEERED]
PLAIN = {"xl controlnet": "xl", "xl controlnets": "xl", "xl adapter": "xl", "xl adapters": "xl"}


def nets(kind: str) -> int:
    return 2 if kind.endswith("s") else 1


def shown(kind: str, level: int) -> list[list[np.ndarray]]:
    """The same half-and-half picture for every net: black at the left, `level` at the right."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:, WIDTH // 2 :] = level
    return [[picture]] * nets(kind)


@pytest.mark.parametrize(("kind", "way"), STEERED_WAYS)
def test_what_a_net_is_shown_changes_the_picture(studio, kind: str, way: str) -> None:
    room = studio(kind)
    black, white = (room.draw(way, control_pictures=shown(kind, level)) for level in (0, 255))
    assert difference(black, white) > 2


@pytest.mark.holds("controlnet_scale")
@pytest.mark.parametrize(("kind", "way"), STEERED_WAYS)
def test_at_scale_0_a_net_might_as_well_not_be_there(studio, kind: str, way: str) -> None:
    off = studio(kind).draw(way, control_scales=[0.0] * nets(kind))
    assert difference(off, studio(PLAIN.get(kind, "sd")).draw(way)) <= 1


@pytest.mark.holds("controlnet")
@pytest.mark.parametrize("kind", ["controlnets", "xl controlnets", "adapters", "xl adapters"])
def test_each_net_has_its_own_picture_and_scale(studio, kind: str) -> None:
    room = studio(kind)
    black, white = shown(kind, 0)[0], shown(kind, 255)[0]
    first = room.draw("noise", control_pictures=[white, black], control_scales=[1, 0])
    second = room.draw("noise", control_pictures=[black, white], control_scales=[0, 1])
    neither = room.draw("noise", control_pictures=[black, white], control_scales=[1, 0])
    assert difference(first, second) <= 1  # both nets are the same one here
    assert difference(first, neither) > 2


@pytest.mark.parametrize("kind", STEERED)
def test_in_a_batch_every_frame_is_steered_by_its_own_picture(studio, kind: str) -> None:
    room = studio(kind, use_fixed_latent=True, prompts=["a", "a"])
    black, white = shown(kind, 0), shown(kind, 255)
    pair = [[a[0], b[0]] for a, b in zip(black, white, strict=True)]
    both = room.draw("noise", room.plan.frames[:2], control_pictures=pair)
    for picture, alone in zip(both, (black, white), strict=True):
        assert difference(room.draw("noise", control_pictures=alone)[0], picture) <= 2


def test_pictures_for_a_pipeline_without_nets_are_an_error(studio) -> None:
    with pytest.raises(RenderError, match="StableDiffusionPipeline has no ControlNet or adapter"):
        studio("sd").draw("noise", control_pictures=[[noisy_picture(1)]], control_scales=[1])


class DrawingsOnly:
    """As far as pictures go, an adapter pipeline trained on drawings in black and white."""

    def __init__(self, channels: int, block: int) -> None:
        config = type("Config", (), {"in_channels": channels, "downscale_factor": block})
        self.adapter = type("Adapter", (), {"config": config})

    def __call__(self, image: torch.Tensor, adapter_conditioning_scale: float = 1.0) -> None: ...


def test_an_adapter_of_drawings_sees_brightness_alone() -> None:
    primaries = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]], np.uint8)
    pipeline = DrawingsOnly(channels=1, block=2)
    image = control_arguments(pipeline, [[primaries]], [1])["image"]
    assert image.shape == (1, 1, 2, 2)
    # ITU-R BT.601: red 0.299, green 0.587, blue 0.114.
    assert image.flatten().tolist() == pytest.approx([0.299, 0.587, 0.114, 1.0], abs=1e-5)


def test_an_adapters_last_block_is_filled_up_with_the_edge() -> None:
    picture = noisy_picture(3, height=24, width=40)
    image = control_arguments(DrawingsOnly(3, 16), [[picture]], [1])["image"]
    assert image.shape == (1, 3, 32, 48)
    expected = np.pad(picture, ((0, 8), (0, 8), (0, 0)), mode="edge") / 255
    assert np.allclose(image[0].permute(1, 2, 0).numpy(), expected, atol=1e-6)
