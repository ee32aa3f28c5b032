import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import settings

from engine.catalogue import Catalogue, ControlEntry, LoraEntry
from engine.catalogue.models import ModelEntry
from engine.plan import FramePlan, FramePoint, Keyframe, PipelineSpec
from engine.render.pipelines import PipelineCache
from engine.render.threads import use_threads
from tests.support import tiny_models

os.environ.setdefault("OMP_NUM_THREADS", "1")
settings.register_profile("untimed", deadline=None)  # torch's first call of a kind takes long
settings.load_profile("untimed")

SIZE = 64
PROMPTS = ("a red circle", "a blue star on a night sky")

MakePlan = Callable[..., FramePlan]


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Tiny models of every architecture (sd, xl, pix2pix, sd3, flux), and what steers them."""
    use_threads()
    folder = tmp_path_factory.mktemp("models")
    controlnets = {
        "edges": tiny_models.build_tiny_controlnet(folder / "edges"),
        "xl_edges": tiny_models.build_tiny_xl_controlnet(folder / "xl_edges"),
    }
    adapters = {
        "sketch": tiny_models.build_tiny_adapter(folder / "sketch"),
        "xl_sketch": tiny_models.build_tiny_xl_adapter(folder / "xl_sketch"),
    }
    lora = tiny_models.build_tiny_lora(folder / "ink")
    return Catalogue(
        models={
            name: ModelEntry(path=build(folder / name))
            for name, build in tiny_models.BUILDERS.items()
        },
        controlnets={name: ControlEntry(path=path) for name, path in controlnets.items()},
        adapters={name: ControlEntry(path=path) for name, path in adapters.items()},
        loras={"ink": LoraEntry(path=lora)},
    )


@pytest.fixture(scope="session")
def tiny_folder(catalogue: Catalogue) -> Path:
    """The folder of a tiny Stable Diffusion."""
    return catalogue.models["sd"].path


@pytest.fixture(scope="session")
def pipelines(catalogue: Catalogue) -> PipelineCache:
    """Everything in `catalogue`, on the CPU."""
    return PipelineCache(catalogue)


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
            pipeline=PipelineSpec("sd"),
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
