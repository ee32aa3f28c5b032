"""Depth by an operator's estimator: here an untrained one of the real classes."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import BatchFeature, DPTConfig, DPTForDepthEstimation, DPTImageProcessorPil

from engine.catalogue import Catalogue, PreprocessorEntry
from engine.errors import ModelError
from engine.media import Picture
from engine.render.preprocessing import open_processor
from engine.render.preprocessing.depth import DepthEstimator

PICTURE = np.random.default_rng(1).integers(0, 256, (40, 72, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("depth")
    torch.manual_seed(0)
    model = DPTForDepthEstimation(
        DPTConfig(
            hidden_size=16,
            num_hidden_layers=4,
            num_attention_heads=2,
            intermediate_size=16,
            image_size=32,
            patch_size=8,
            is_hybrid=False,
            backbone_out_indices=[0, 1, 2, 3],
            neck_hidden_sizes=[8, 8, 8, 8],
            fusion_hidden_size=8,
        )
    )
    # Below 0 is cut off, and chance has all of this one's depths there.
    model.head.head[-2].bias.data.fill_(1)
    model.save_pretrained(folder)
    DPTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def catalogue(folder: Path, name: str = "depth") -> Catalogue:
    return Catalogue(preprocessors={name: PreprocessorEntry(path=folder)})


class Given:
    """An image processor and a model in one, that find the depth they were given."""

    device = "cpu"

    def __init__(self, depth: list[list[float]], **config: str) -> None:
        self.depth = torch.tensor(depth)
        self.config = SimpleNamespace(**config)

    def __call__(self, **inputs: object) -> BatchFeature:
        return BatchFeature()

    def post_process_depth_estimation(
        self, outputs: object, sizes: list[tuple[int, int]]
    ) -> list[dict[str, torch.Tensor]]:
        return [{"predicted_depth": self.depth}]


def estimator(depth: list[list[float]], **config: str) -> DepthEstimator:
    given = Given(depth, **config)
    return DepthEstimator(given, given)


def grey(picture: Picture) -> list[list[int]]:
    return picture[..., 0].tolist()


def test_depth_comes_in_the_pictures_own_size_from_black_to_white(folder: Path) -> None:
    depth = open_processor("depth", catalogue(folder))(PICTURE)
    assert depth.shape == PICTURE.shape
    assert depth.dtype == np.uint8
    assert (depth.min(), depth.max()) == (0, 255)
    assert (depth == depth[..., :1]).all()


def test_the_same_picture_has_the_same_depth(folder: Path) -> None:
    estimate = open_processor("depth", catalogue(folder))
    assert (estimate(PICTURE) == estimate(PICTURE)).all()


def test_an_operators_estimator_may_have_any_name(folder: Path) -> None:
    named = open_processor("my_depth", catalogue(folder, "my_depth"))
    assert (named(PICTURE) == open_processor("depth", catalogue(folder))(PICTURE)).all()


@pytest.mark.parametrize(
    ("kind", "depth"),
    [
        ({"model_type": "dpt"}, [[0.0, 2.0], [4.0, 1.0]]),
        ({"model_type": "depth_anything", "depth_estimation_type": "relative"}, [[0, 2], [4, 1]]),
        # Nearness 4, 2, 1: what lies at the distances 1/4, 1/2 and 1.
        ({"model_type": "zoedepth"}, [[1 / 0.5, 1 / 2.5], [1 / 4.5, 1 / 1.5]]),
        (
            {"model_type": "depth_anything", "depth_estimation_type": "metric"},
            [[1 / 0.5, 1 / 2.5], [1 / 4.5, 1 / 1.5]],
        ),
    ],
)
def test_near_is_white_whether_a_model_tells_nearness_or_distance(
    kind: dict[str, str], depth: list[list[float]]
) -> None:
    estimate = estimator(depth, **kind)
    assert grey(estimate(np.zeros((2, 2, 3), np.uint8))) == [[0, 128], [255, 64]]


def test_a_flat_wall_has_a_depth_too() -> None:
    estimate = estimator([[3.0, 3.0]], model_type="dpt")
    assert grey(estimate(np.zeros((1, 2, 3), np.uint8))) == [[0, 0]]


def test_a_folder_without_an_estimator_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"{tmp_path} holds no depth estimator"):
        open_processor("depth", catalogue(tmp_path))
