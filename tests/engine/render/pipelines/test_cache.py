from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPAGPipeline

from engine.catalogue import Catalogue
from engine.catalogue.models import ModelEntry
from engine.errors import InputError, ModelError
from engine.plan import PipelineSpec
from engine.render.pipelines import PipelineCache, cache
from engine.render.pipelines.sizes import expected_bytes
from engine.values import Weighted
from tests.engine.render.pipelines.conftest import SIDE, Draw

SIZE = {"width": SIDE, "height": SIDE}
EDGES = (Weighted("edges", 1),)

pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")  # of diffusers


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the folders that weights are read from, as it happens."""
    names: list[str] = []
    for name in ("load_pipeline", "load_network"):
        load = getattr(cache, name)
        monkeypatch.setattr(
            cache,
            name,
            lambda folder, load=load, **how: names.append(folder.name) or load(folder, **how),
        )
    return names


def use(pipelines: PipelineCache, spec: PipelineSpec) -> None:
    with pipelines.assembled(spec) as assembly:
        assembly.from_noise  # noqa: B018


def test_weights_are_read_once_whatever_is_made_of_them(
    catalogue: Catalogue, loads: list[str]
) -> None:
    pipelines = PipelineCache(catalogue)
    pipelines.warm_up("sd")
    for spec in (
        PipelineSpec("sd"),
        PipelineSpec("sd", controlnets=EDGES),
        PipelineSpec("sd", scheduler="euler"),
        PipelineSpec("sd", controlnets=EDGES + EDGES),
        PipelineSpec("sd", loras=(Weighted("ink", 1),)),
        PipelineSpec("sd"),
    ):
        use(pipelines, spec)
    assert loads == ["sd", "edges"]


def test_a_small_budget_drops_the_least_recently_used(
    catalogue: Catalogue, loads: list[str]
) -> None:
    sizes = {
        name: expected_bytes(entry.path, torch.float32)
        for name, entry in {**catalogue.models, **catalogue.controlnets}.items()
    }
    budget = sizes["sd"] + sizes["xl"] + sizes["edges"] // 2
    pipelines = PipelineCache(catalogue, budget_bytes=budget)
    for spec in (
        PipelineSpec("sd"),
        PipelineSpec("xl"),
        PipelineSpec("sd"),
        PipelineSpec("sd", controlnets=EDGES),  # no room beside xl, used longest ago
        PipelineSpec("sd"),
        PipelineSpec("xl"),
    ):
        use(pipelines, spec)
    assert loads == ["sd", "xl", "edges", "xl"]


def test_a_budget_of_nothing_still_draws(catalogue: Catalogue, draw: Draw) -> None:
    pipelines = PipelineCache(catalogue, budget_bytes=0)
    for model in ("sd", "xl", "sd"):
        with pipelines.assembled(PipelineSpec(model)) as assembly:
            assert np.isfinite(draw(assembly.from_noise, **SIZE)).all()


def test_renders_one_after_the_other_leave_no_trace(
    pipelines: PipelineCache, draw: Draw, picture: torch.Tensor
) -> None:
    def plain() -> np.ndarray:
        with pipelines.assembled(PipelineSpec("sd")) as assembly:
            return draw(assembly.from_noise, **SIZE)

    first = plain()
    ink = (Weighted("ink", 0.7),)
    with pipelines.assembled(PipelineSpec("sd", loras=ink, scheduler="euler_ads")) as assembly:
        assert not np.array_equal(draw(assembly.from_noise, **SIZE), first)
        draw(assembly.from_picture, image=picture, strength=0.5)
    with pipelines.assembled(PipelineSpec("sd", loras=ink, controlnets=EDGES)) as assembly:
        draw(assembly.from_noise, image=picture)
    assert np.array_equal(plain(), first)


def test_a_render_that_was_left_open_takes_nothing_from_the_next(
    catalogue: Catalogue, draw: Draw
) -> None:
    pipelines = PipelineCache(catalogue)
    with_ink = PipelineSpec("sd", loras=(Weighted("ink", 1),))

    def drawn(spec: PipelineSpec, meanwhile: Callable[[], None] = lambda: None) -> np.ndarray:
        with pipelines.assembled(spec) as assembly:
            meanwhile()
            return draw(assembly.from_noise, **SIZE)

    plain, inked = drawn(PipelineSpec("sd")), drawn(with_ink)
    left_open = pipelines.assembled(with_ink)
    left_open.__enter__()
    assert np.array_equal(drawn(PipelineSpec("sd")), plain)
    left_open = pipelines.assembled(with_ink)
    left_open.__enter__()
    assert np.array_equal(drawn(with_ink, lambda: left_open.__exit__(None, None, None)), inked)


def test_a_pipeline_that_changes_the_attention_and_is_cancelled_leaves_no_trace(
    catalogue: Catalogue, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = StableDiffusionPAGPipeline.__name__
    pipelines = PipelineCache(catalogue.model_copy(update={"pipelines": (name,)}))
    spec = PipelineSpec("sd", pipeline=name)

    def cancel(*_: object) -> None:
        raise KeyboardInterrupt

    with pipelines.assembled(spec) as assembly:
        unet = assembly.from_noise.unet
        before = dict(unet.attn_processors)
        with pytest.raises(KeyboardInterrupt):
            draw(assembly.from_noise, pag_scale=3.0, callback_on_step_end=cancel, **SIZE)
        assert unet.attn_processors != before
    assert unet.attn_processors == before


def test_a_model_that_is_not_listed_can_not_be_warmed_up(pipelines: PipelineCache) -> None:
    with pytest.raises(InputError, match="model: 'nothing' is not here"):
        pipelines.warm_up("nothing")


def test_a_model_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    pipelines = PipelineCache(Catalogue(models={"gone": ModelEntry(path=tmp_path / "gone")}))
    with pytest.raises(ModelError, match="gone"):
        pipelines.warm_up("gone")
