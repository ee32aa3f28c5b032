"""The stages that work on one picture or its latents, beside plain ways, for `bench.stages`."""

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from PIL import Image
from scipy import ndimage
from skimage import color, exposure, feature, filters

from bench.rows import Row
from engine.groups.motion import Padding
from engine.media import Picture
from engine.plan import Coherence, FramePoint, Move
from engine.render.cadence import between
from engine.render.coherence import FrameCoherence
from engine.render.color import ColorReference
from engine.render.diffusion import Step
from engine.render.motion import inverse, matrix, moved, moved_once
from engine.render.preprocessing.edges import canny, lineart, soft_edge

MOVE = Move(zoom=1.01, angle=0.5, translation_x=0.3)
PIXELS_PER_LATENT = 8


def scene(side: int, seed: int = 0) -> Picture:
    """Soft blobs with some grain: structure of every size, as pictures have it."""
    noise = np.random.default_rng(seed)
    layers = [
        cv2.resize(noise.normal(0, 1, (side // scale, side // scale, 3)), (side, side)) * spread
        for scale, spread in ((64, 50), (8, 20), (1, 5))
    ]
    picture: Picture = np.rint(128 + sum(layers)).clip(0, 255).astype(np.uint8)
    return picture


def motion(side: int) -> Iterator[Row]:
    picture, total = scene(side), matrix(MOVE, side, side)
    back = inverse(total)
    rows_first = back[[1, 0]][:, [1, 0]]
    size = (side, side)

    def by_scipy() -> object:
        return [
            ndimage.affine_transform(channel, rows_first, back[[1, 0], 2], order=5)
            for channel in np.moveaxis(picture, -1, 0)
        ]

    def by_opencv() -> object:
        return cv2.warpAffine(picture, total[:2], size, flags=cv2.INTER_LANCZOS4)

    def by_pillow() -> object:
        coefficients = tuple(back[:2].ravel())
        affine, cubic = Image.Transform.AFFINE, Image.Resampling.BICUBIC
        return Image.fromarray(picture).transform(size, affine, coefficients, cubic)

    def engine() -> object:
        return moved(picture, MOVE, Padding.BORDER)

    yield Row("a move", engine, "scipy, order 5", by_scipy)
    yield Row("a move", engine, "OpenCV, Lanczos", by_opencv)
    yield Row("a move", engine, "Pillow, bicubic", by_pillow)
    yield Row(
        "a move of an input",
        lambda: moved_once(picture, total, Padding.BORDER),
        "OpenCV, Lanczos",
        by_opencv,
    )


def colours(side: int) -> Iterator[Row]:
    picture, first = scene(side), scene(side, seed=1)
    reference, lab = ColorReference.of(first), color.rgb2lab(first)

    def by_scikit() -> object:
        matched = exposure.match_histograms(color.rgb2lab(picture), lab, channel_axis=-1)
        return color.lab2rgb(matched)

    yield Row("colour match", lambda: reference.match(picture), "scikit-image", by_scikit)


def pull(side: int) -> Iterator[Row]:
    before, latents = torch.randn((2, 1, 4, side // PIXELS_PER_LATENT, side // PIXELS_PER_LATENT))
    coherence, step = FrameCoherence(Coherence(), seed=0), Step(0, 1, 0.0)

    def engine() -> object:
        coherence.begin_frame(FramePoint(1, 0, 0, 0, 0, 1, 1, coherence_scale=500.0))
        return coherence(step, latents)

    def by_autograd() -> object:
        pulled = latents.clone().requires_grad_()
        (slope,) = torch.autograd.grad(torch.mean((pulled - before) ** 2), pulled)
        return latents - 500.0 * slope, latents.clone()

    yield Row("coherence, a step", engine, "autograd", by_autograd)


def cadence(side: int) -> Iterator[Row]:
    before = scene(side)
    after = moved(before, MOVE, Padding.BORDER)
    half, size = matrix(MOVE, side, side), (side, side)
    first, last = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (before, after))
    no_flow = np.zeros((side, side, 2), np.float32)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)

    def engine(optical_flow: bool) -> object:
        return between(before, after, [MOVE, MOVE], 1, Padding.BORDER, optical_flow=optical_flow)

    def two_warps() -> object:
        warped = (
            cv2.warpAffine(picture, there[:2], size, flags=cv2.INTER_LANCZOS4)
            for picture, there in ((before, half), (after, inverse(half)))
        )
        return cv2.addWeighted(next(warped), 0.5, next(warped), 0.5, 0)

    def farneback() -> object:
        flow = cv2.calcOpticalFlowFarneback(first, last, no_flow, 0.5, 3, 15, 3, 5, 1.2, 0) / 2
        carried = cv2.remap(before, x - flow[..., 0], y - flow[..., 1], cv2.INTER_CUBIC)
        return cv2.addWeighted(carried, 0.5, two_warps(), 0.5, 0)

    yield Row("in between", lambda: engine(False), "two warps", two_warps)
    yield Row("in between, with flow", lambda: engine(True), "and Farnebäck's", farneback)


def edges(side: int) -> Iterator[Row]:
    picture = scene(side)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    yield Row("canny", lambda: canny(picture), "scikit-image", lambda: feature.canny(grey))
    yield Row("soft edge", lambda: soft_edge(picture), "its Sobel", lambda: filters.sobel(picture))
    yield Row(
        "line art",
        lambda: lineart(picture),
        "its DoG",
        lambda: filters.difference_of_gaussians(grey, 1, 1.6),
    )


PICTURE_STAGES = (motion, colours, pull, cadence, edges)
"""Each takes the side of a square picture and gives its rows."""
