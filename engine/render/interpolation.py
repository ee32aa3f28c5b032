"""Spherical interpolation of tensors."""

import torch
from torch import Tensor

NEARLY_PARALLEL = 0.9995
"""|cos θ| above which sin θ is too small to divide by, and an arc is as good as its chord."""


def slerp(source: Tensor, target: Tensor, weight: float) -> Tensor:
    """The vectors `weight` of the way along the arcs from `source` to `target`.

    Both have the same shape, … × D; each vector of the last dimension is turned by itself, with its
    own angle θ, and keeps a length between its two ends'. Weight 0 is `source` and 1 `target`, to
    the bit. Nearly parallel or opposite vectors, where the arc is not defined well, are mixed
    linearly. Half-precision tensors are computed in single precision.

    Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985, page 247.
    """
    if weight <= 0:
        return source
    if weight >= 1:
        return target
    start, end = source.float(), target.float()
    cosine = torch.nn.functional.cosine_similarity(start, end, dim=-1).unsqueeze(-1)
    angle = torch.arccos(cosine.clamp(-NEARLY_PARALLEL, NEARLY_PARALLEL))
    sine = torch.sin(angle)
    arc = torch.sin((1 - weight) * angle) / sine * start + torch.sin(weight * angle) / sine * end
    mixed = torch.where(cosine.abs() > NEARLY_PARALLEL, torch.lerp(start, end, weight), arc)
    return mixed.to(source.dtype)
