"""The built-in ControlNet as it is shipped: whether things appear where they were drawn.

Judged by geometry: the overlap (intersection over union) of the drawn shape with the pixels that
are unlike the plain background.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from diffusers import StableDiffusionControlNetPipeline

from engine.media import Picture
from engine.render.preprocessing.edges import canny, lineart, soft_edge
from training.control_samples import foreground, overlap, pipeline_with, steered

FOLDER = Path(__file__).parents[2] / "models" / "picturebook-edges"
Shape = np.ndarray

CORNERS = {
    "top left": (36, 34), "top right": (94, 32), "bottom left": (34, 92), "bottom right": (92, 94)
}  # fmt: skip


@pytest.fixture(scope="module")
def pipeline() -> StableDiffusionControlNetPipeline:
    torch.set_num_threads(1)
    return pipeline_with(FOLDER, FOLDER.with_name("picturebook"))


def circle(x: int, y: int, radius: int) -> Shape:
    return cv2.circle(np.zeros((128, 128), np.uint8), (x, y), radius, 1, -1) > 0


def square(x: int, y: int, half: int) -> Shape:
    return cv2.rectangle(
        np.zeros((128, 128), np.uint8), (x - half, y - half), (x + half, y + half), 1, -1
    ) > 0  # fmt: skip


def black_on_white(shape: Shape) -> Picture:
    return np.where(shape[..., None], 0, 255).astype(np.uint8).repeat(3, axis=2)


def outline_in_ink(shape: Shape) -> Picture:
    """The shape's border as a dark stroke on white paper."""
    contours, _ = cv2.findContours(shape.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    paper = np.full((128, 128, 3), 255, np.uint8)
    return cv2.drawContours(paper, contours, -1, (30, 30, 30), 2, cv2.LINE_AA)


def overlaps(
    pipeline: StableDiffusionControlNetPipeline,
    prompt: str,
    shapes: list[Shape],
    scale: float = 1.0,
    shown: Callable[[Shape], Picture] = lambda shape: canny(black_on_white(shape)),
) -> list[float]:
    lines = [shown(shape) for shape in shapes]
    drawn = steered(pipeline, [prompt] * len(shapes), lines, scale)
    pairs = zip(drawn, shapes, strict=True)
    return [overlap(foreground(picture), shape) for picture, shape in pairs]


def test_a_circle_drawn_in_any_corner_appears_there(
    pipeline: StableDiffusionControlNetPipeline,
) -> None:
    shapes = [circle(*place, 22) for place in CORNERS.values()]
    shares = overlaps(pipeline, "a red circle on a white background", shapes)
    assert min(shares) > 0.75


def test_without_its_weight_the_drawing_has_no_say(
    pipeline: StableDiffusionControlNetPipeline,
) -> None:
    shapes = [circle(*place, 22) for place in CORNERS.values()]
    shares = overlaps(pipeline, "a red circle on a white background", shapes, scale=0.0)
    assert max(shares) < 0.5


def test_a_small_and_a_large_drawing_give_a_small_and_a_large_thing(
    pipeline: StableDiffusionControlNetPipeline,
) -> None:
    shapes = [square(80, 50, 15), square(60, 66, 44)]
    assert min(overlaps(pipeline, "a blue square on a yellow background", shapes)) > 0.75


def test_a_drawing_decides_the_shape_where_the_words_name_another(
    pipeline: StableDiffusionControlNetPipeline,
) -> None:
    shapes = [square(42, 84, 26)]
    shares = overlaps(pipeline, "a green circle on a white background", shapes)
    assert shares[0] > 0.75


@pytest.mark.parametrize("detector", [canny, soft_edge, lineart])
def test_an_outline_in_ink_is_filled_by_any_detector(
    pipeline: StableDiffusionControlNetPipeline, detector: Callable[[Picture], Picture]
) -> None:
    shares = overlaps(
        pipeline,
        "a purple circle on a white background",
        [circle(44, 80, 28)],
        shown=lambda shape: detector(outline_in_ink(shape)),
    )
    assert shares[0] > 0.7


def test_the_words_still_decide_the_colours(pipeline: StableDiffusionControlNetPipeline) -> None:
    shape = circle(84, 44, 28)
    lines = [canny(black_on_white(shape))] * 2
    prompts = ["a red circle on a white background", "a blue circle on a yellow background"]
    red, blue = steered(pipeline, prompts, lines)
    inside = cv2.erode(shape.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert np.median(red[inside], axis=0).argmax() == 0
    assert np.median(blue[inside], axis=0).argmax() == 2


def test_it_is_small_and_says_what_it_is() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 8_000_000
    assert "license: apache-2.0" in (FOLDER / "README.md").read_text(encoding="utf-8")
