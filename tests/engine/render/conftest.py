import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from engine.catalogue import Catalogue, ControlEntry, LoraEntry
from engine.catalogue.models import ModelEntry
from engine.plan import FramePlan
from engine.render.pipelines import PipelineCache
from engine.render.threads import use_threads
from tests.support import tiny_models
from tests.support.plans import plan_of

os.environ.setdefault("OMP_NUM_THREADS", "1")
settings.register_profile("untimed", deadline=None)  # torch's first call of a kind takes long
settings.load_profile("untimed")

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
    return plan_of
