from itertools import pairwise
from types import SimpleNamespace

import pytest
import torch

from engine.render.pipelines.loading import load_pipeline
from engine.render.pipelines.tiling import Tiling, _tile_side


@pytest.fixture
def base(tiny_folder):
    return load_pipeline(tiny_folder)


@pytest.mark.parametrize("size", [(96, 64), (264, 328), (512, 512), (520, 608)])
@torch.inference_mode()
def test_a_picture_in_tiles_has_its_size_and_looks_much_the_same(base, size) -> None:
    width, height = size
    latents = torch.randn(1, 4, height // 8, width // 8, generator=torch.Generator().manual_seed(0))
    whole = base.vae.decode(latents).sample
    with Tiling(base) as tiling:
        assert tiling.finer(width, height)
        tiled = base.vae.decode(latents).sample
    assert tiled.shape == whole.shape
    assert 0 < (tiled - whole).abs().mean() < whole.std() / 2
    assert torch.equal(base.vae.decode(latents).sample, whole)


def test_tiles_get_smaller_until_they_are_as_small_as_they_may_be(base) -> None:
    with Tiling(base) as tiling:
        sides = []
        while tiling.finer(1024, 1024):
            sides.append(base.vae.tile_sample_min_size)
    assert sides[0] <= 512
    assert all(later < earlier for earlier, later in pairwise(sides))
    assert sides[-1] >= 64  # the tiny autoencoder's own


def test_a_picture_no_larger_than_a_tile_gains_nothing(base) -> None:
    with Tiling(base) as tiling:
        assert not tiling.finer(64, 64)
        assert not base.vae.use_tiling


def test_an_autoencoder_without_tiles_is_left_alone() -> None:
    with Tiling(SimpleNamespace(vae=SimpleNamespace())) as tiling:
        assert not tiling.finer(1024, 1024)
    with Tiling(SimpleNamespace()) as tiling:
        assert not tiling.finer(1024, 1024)


def test_no_large_tiles_leave_a_sliver_at_the_edge() -> None:
    for width in range(64, 257):  # 512 … 2048 pixels
        for height in (64, 80, 96, 128):
            step = _tile_side(max(width, height) // 2, width, height) * 3 // 4
            assert min((width - 1) % step, (height - 1) % step) >= 5, (width, height)
