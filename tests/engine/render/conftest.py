import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import settings

from engine.plan import FramePlan, FramePoint, Keyframe
from engine.render.pipelines import PipelineCache, use_threads
from tests.support.tiny_pipeline import build_tiny_pipeline

os.environ.setdefault("OMP_NUM_THREADS", "1")
settings.register_profile("untimed", deadline=None)  # torch's first call of a kind takes long
settings.load_profile("untimed")

SIZE = 64
PROMPTS = ("a red circle", "a blue star on a night sky")

MakePlan = Callable[..., FramePlan]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    use_threads()
    return build_tiny_pipeline(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def pipelines(tiny_folder: Path) -> PipelineCache:
    return PipelineCache({"tiny": tiny_folder}.__getitem__)


@pytest.fixture
def make_plan() -> MakePlan:
    """A plan whose keyframes are spread evenly, with what a test wants otherwise."""

    def make(
        frames: int = 5,
        prompts: Sequence[str] = PROMPTS,
        guidance_scale: Sequence[float] = (3.0,),
        strength: Sequence[float] = (0.6,),
        **changes: object,
    ) -> FramePlan:
        gap = (frames - 1) // max(1, len(prompts) - 1) or 1
        keyframes = tuple(
            Keyframe(frame=place * gap, prompt=prompt, negative_prompt="blurry", seed=place + 7)
            for place, prompt in enumerate(prompts)
        )
        last = len(keyframes) - 1
        points = tuple(
            FramePoint(
                index=index,
                time=index / 12,
                source=min(index // gap, last),
                target=min(index // gap + 1, last),
                weight=index % gap / gap,
                guidance_scale=guidance_scale[index % len(guidance_scale)],
                strength=strength[index % len(strength)],
            )
            for index in range(frames)
        )
        plan = FramePlan(
            model="tiny",
            keyframes=keyframes,
            frames=points,
            fps=Fraction(12),
            width=SIZE,
            height=SIZE,
            latent_channels=4,
            steps=4,
            batch_size=4,
            use_fixed_latent=False,
            use_prompt_embeds=True,
        )
        return replace(plan, **changes)

    return make
