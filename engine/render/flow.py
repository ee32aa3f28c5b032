"""A picture between two others, along what moved from one to the other (optical flow).

The flow is dense inverse search's (Kroeger et al., Fast optical flow using dense inverse search,
ECCV 2016; OpenCV's DIS).
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media import Picture

Floats = NDArray[np.float32]

TRUST_RADIUS = 1.0
"""Pixels that the flows there and back may differ by and still tell of the same thing."""
SURROUNDINGS = 1 / 24
"""Of the shorter side: as far as a flow that can't be trusted is smoothed away."""


def meet(before: Picture, after: Picture, weight: float) -> tuple[Floats, Floats]:
    """Both pictures, height × width × 3, carried along the flow to `weight` of the way.

    Where the flows there and back don't agree, as where a sky grows dark without moving, nothing is
    carried: a wrong flow tears a picture, and none at all leaves a cross-fade.

    The flows seen from in between: Jiang et al., Super SloMo, CVPR 2018, equation 4.
    """
    forward, backward = _trusted(_flow(before, after), _flow(after, before))
    to_before = weight * (weight * backward - (1 - weight) * forward)
    to_after = (1 - weight) * ((1 - weight) * forward - weight * backward)
    return (
        _sampled(before.astype(np.float32), to_before.astype(np.float32)),
        _sampled(after.astype(np.float32), to_after.astype(np.float32)),
    )


def _flow(start: Picture, end: Picture) -> Floats:
    """Where each pixel of `start` goes in `end`: height × width × (x, y), in pixels."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow: Floats = search.calc(_shapes(start), _shapes(end), None)
    return flow


def _shapes(picture: Picture) -> NDArray[np.uint8]:
    """What is lighter and darker than its surroundings, so that a change of light is no motion."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    sigma = _reach(picture)
    detail = grey - _blurred(grey, sigma)
    # Never below 0, where the running sums of a mean round to a little less.
    contrast = np.sqrt(_blurred(detail * detail, sigma).clip(0))
    levels: NDArray[np.uint8] = (128 + 48 * detail / (contrast + 8)).clip(0, 255).astype(np.uint8)
    return levels


def _trusted(forward: Floats, backward: Floats) -> tuple[Floats, Floats]:
    """Both flows, less of them the less they agree, without an edge between much and little."""
    there, back = (
        _agreement(flow, other) for flow, other in ((forward, backward), (backward, forward))
    )
    return forward * there, backward * back


def _agreement(flow: Floats, other: Floats) -> Floats:
    """From 0 to 1, height × width × 1: whether `other` leads back from where `flow` leads."""
    apart = np.square(flow + _sampled(other, flow)).sum(axis=-1)
    agreement = np.exp(-apart / TRUST_RADIUS**2)
    return _blurred(agreement, _reach(flow) / 2)[..., None]


def _reach(picture: Picture | Floats) -> float:
    return max(1.0, SURROUNDINGS * float(min(picture.shape[:2])))


def _blurred(values: Floats, sigma: float) -> Floats:
    """Nearly a Gaussian blur: three means of d × d pixels, which are as fast for any sigma.

    Each of them has a variance of (d² − 1) / 12.
    """
    around = round((math.sqrt(4 * sigma**2 + 1) - 1) / 2)
    side = 2 * max(1, around) + 1
    for _ in range(3):
        values = cv2.blur(values, (side, side)).astype(np.float32, copy=False)
    return values


def _sampled(values: Floats, offsets: Floats) -> Floats:
    """The values at each pixel's place plus its offset; the edge holds outside."""
    height, width = offsets.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    result: Floats = cv2.remap(
        values,
        x + offsets[..., 0],
        y + offsets[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return result
