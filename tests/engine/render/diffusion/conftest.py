import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from engine.plan import FramePlan, FramePoint, PipelineSpec
from engine.render.diffusion import Batch, Diffusion
from engine.render.noise import frame_noise, latent_shape, step_generator
from engine.render.pipelines import Assembly, PipelineCache
from engine.render.prompts import Conditioning, condition
from engine.values import Weighted

WIDTH, HEIGHT, STEPS, TAKEN = 96, 64, 4, 3

EDGES, SKETCH = Weighted("edges", 1), Weighted("sketch", 1)
XL_EDGES, XL_SKETCH = Weighted("xl_edges", 1), Weighted("xl_sketch", 1)

KINDS = {
    "sd": PipelineSpec("sd"),
    "xl": PipelineSpec("xl"),
    "sd3": PipelineSpec("sd3"),
    "flux": PipelineSpec("flux"),
    "pix2pix": PipelineSpec("pix2pix"),
    "controlnet": PipelineSpec("sd", controlnets=(EDGES,)),
    "controlnets": PipelineSpec("sd", controlnets=(EDGES, EDGES)),
    "xl controlnet": PipelineSpec("xl", controlnets=(XL_EDGES,)),
    "xl controlnets": PipelineSpec("xl", controlnets=(XL_EDGES, XL_EDGES)),
    "adapter": PipelineSpec("sd", adapters=(SKETCH,)),
    "adapters": PipelineSpec("sd", adapters=(SKETCH, SKETCH)),
    "xl adapter": PipelineSpec("xl", adapters=(XL_SKETCH,)),
    "xl adapters": PipelineSpec("xl", adapters=(XL_SKETCH, XL_SKETCH)),
}
STEERED = [kind for kind in KINDS if "controlnet" in kind or "adapter" in kind]
ALL_WAYS = [
    (kind, way)
    for kind in KINDS
    for way in ("noise", "picture")
    if (kind, way) != ("pix2pix", "noise") and not ("adapter" in kind and way == "picture")
]
"""Every kind of pipeline, and what it can start from."""
WAYS = [(kind, way) for kind, way in ALL_WAYS if not kind.endswith("s")]
"""Those with at most one net."""


def noisy_picture(seed: int, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def difference(first: np.ndarray, second: np.ndarray) -> int:
    return int(np.abs(first.astype(int) - second).max())


class Studio:
    """Draws frames of a plan with one kind of pipeline, each time with a new `Diffusion`."""

    def __init__(self, assembly: Assembly, plan: FramePlan) -> None:
        self.assembly = assembly
        self.plan = plan

    def pipeline(self, way: str) -> Any:
        return self.assembly.from_noise if way == "noise" else self.assembly.from_picture

    @cache  # noqa: B019 - a studio lasts as long as its test
    def conditioning(self, way: str) -> Conditioning:
        return condition(self.pipeline(way), self.plan)

    def batch(self, way: str, frames: Sequence[FramePoint], **changes: Any) -> Batch:
        pipeline, plan = self.pipeline(way), self.plan
        shape = latent_shape(pipeline, plan)
        nets = len(self.assembly.controlnets) + len(self.assembly.adapters)
        batch = Batch(
            conditioning=self.conditioning(way).arguments(frames),
            noise=torch.cat([frame_noise(plan, frame, shape) for frame in frames]),
            generators=[step_generator(plan, shape) for _ in frames],
            guidance_scale=3.0,
            control_pictures=[
                [
                    noisy_picture(100 * net + frame.index, plan.height, plan.width)
                    for frame in frames
                ]
                for net in range(nets)
            ],
            control_scales=[0.7] * nets,
        )
        return replace(batch, **changes)

    def draw(
        self,
        way: str,
        frames: Sequence[FramePoint] | None = None,
        *,
        pictures: Sequence[np.ndarray] | None = None,
        taken: int = TAKEN,
        stop: threading.Event | None = None,
        pipeline_args: dict[str, Any] | None = None,
        after_step: Any = None,
        **changes: Any,
    ) -> np.ndarray:
        """The pictures of `frames` in one batch; without them, of the first alone."""
        plan = self.plan
        frames = plan.frames[:1] if frames is None else frames
        diffusion = Diffusion(
            self.assembly,
            plan.steps,
            stop or threading.Event(),
            pipeline_args,
            after_step,
            scheduler_args=plan.pipeline.scheduler_args,
        )
        batch = self.batch(way, frames, **changes)
        if way == "noise":
            return np.stack(diffusion.from_noise(batch))
        start = [noisy_picture(frame.index, plan.height, plan.width) for frame in frames]
        return np.stack(diffusion.from_pictures(batch, pictures or start, taken))


@pytest.fixture
def studio(
    pipelines: PipelineCache, make_plan: Callable[..., FramePlan]
) -> Iterator[Callable[..., Studio]]:
    """A studio for a kind of pipeline, or for a spec; other settings of the plan by name."""
    with ExitStack() as stack:

        def open_studio(kind: str | PipelineSpec, **changes: Any) -> Studio:
            spec = KINDS[kind] if isinstance(kind, str) else kind
            assembly = stack.enter_context(pipelines.assembled(spec))
            size = {"width": WIDTH, "height": HEIGHT, "steps": STEPS}
            return Studio(assembly, make_plan(pipeline=spec, **size | changes))

        yield open_studio
