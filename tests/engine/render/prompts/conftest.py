from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from diffusers import DiffusionPipeline

from engine.plan import FramePlan, Keyframe, PipelineSpec
from engine.render.pipelines import PipelineCache

LoadPipeline = Callable[[str], DiffusionPipeline]


@pytest.fixture
def load(pipelines: PipelineCache) -> Iterator[LoadPipeline]:
    """The pipeline that a model draws with."""
    with ExitStack() as stack:

        def open_pipeline(model: str) -> DiffusionPipeline:
            assembly = stack.enter_context(pipelines.assembled(PipelineSpec(model)))
            return assembly.from_picture if model == "pix2pix" else assembly.from_noise

        yield open_pipeline


@pytest.fixture
def pipeline(load: LoadPipeline) -> DiffusionPipeline:
    return load("sd")


@pytest.fixture
def plan_of(make_plan: Callable[..., FramePlan]) -> Callable[..., FramePlan]:
    """A plan of one frame at each keyframe, given as a prompt or as (prompt, negative prompt)."""

    def make(*texts: str | tuple[str, str], **changes: object) -> FramePlan:
        pairs = [(text, "") if isinstance(text, str) else text for text in texts]
        keyframes = tuple(Keyframe(place, *pair, place) for place, pair in enumerate(pairs))
        prompts = [prompt for prompt, _ in pairs]
        return make_plan(frames=len(pairs), prompts=prompts, keyframes=keyframes, **changes)

    return make
