import json
from pathlib import Path

import diffusers
import numpy as np
import pytest
import torch
from diffusers import EulerDiscreteScheduler

from engine.catalogue import Catalogue
from engine.catalogue.models import ModelEntry
from engine.catalogue.schedulers import SHORT_NAMES
from engine.errors import InputError
from engine.plan import PipelineSpec
from engine.render.pipelines import PipelineCache
from engine.render.pipelines.loading import load_pipeline
from engine.render.pipelines.scheduler import fresh_scheduler
from tests.engine.render.pipelines.conftest import SIDE, Draw

CLASSES = (
    "DPMSolverMultistepScheduler",
    "HeunDiscreteScheduler",
    "LCMScheduler",
    "TCDScheduler",
)
FLOW = "FlowMatchEulerDiscreteScheduler"
SIZE = {"width": SIDE, "height": SIDE}

# diffusers hands tensors to NumPy 2 in a way that torch doesn't know yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")


def drawn(pipelines: PipelineCache, draw: Draw, **spec: object) -> np.ndarray:
    with pipelines.assembled(PipelineSpec("sd", **spec)) as assembly:
        return draw(assembly.from_noise, **SIZE)


@pytest.mark.holds("scheduler")
@pytest.mark.parametrize("name", [*SHORT_NAMES, *CLASSES])
def test_every_scheduler_draws_or_is_refused(
    pipelines: PipelineCache, draw: Draw, picture, name: str
) -> None:
    with pipelines.assembled(PipelineSpec("sd", scheduler=name)) as assembly:
        if name == "repaint":
            with pytest.raises(InputError, match="scheduler: repaint"):
                assembly.from_noise  # noqa: B018
            return
        kind = getattr(diffusers, SHORT_NAMES.get(name, name))
        assert isinstance(assembly.from_noise.scheduler, kind)
        alone = draw(assembly.from_noise, **SIZE)
        covered = draw(assembly.from_picture, image=picture, strength=0.5)
    assert np.isfinite(alone).all()
    assert np.isfinite(covered).all()
    assert np.std(alone) > 0


def test_the_models_own_scheduler_is_what_default_means(
    pipelines: PipelineCache, catalogue: Catalogue, draw: Draw
) -> None:
    alone = load_pipeline(catalogue.models["sd"].path)
    assert np.array_equal(drawn(pipelines, draw), draw(alone, **SIZE))


@pytest.mark.holds("scheduler")
def test_a_scheduler_keeps_what_the_model_was_trained_with(pipelines: PipelineCache) -> None:
    with pipelines.assembled(PipelineSpec("sd", scheduler="euler")) as assembly:
        config = assembly.from_noise.scheduler.config
    assert (config.beta_start, config.beta_end) == (0.00085, 0.012)  # Stable Diffusion's
    assert config.beta_schedule == "scaled_linear"


@pytest.mark.parametrize("name", ["pndms", "ddpm"])
def test_what_another_class_sees_differently_is_as_stable_diffusion_has_it(
    pipelines: PipelineCache, name: str
) -> None:
    with pipelines.assembled(PipelineSpec("sd", scheduler=name)) as assembly:
        config = assembly.from_noise.scheduler.config
    # https://huggingface.co/stable-diffusion-v1-5/stable-diffusion-v1-5, scheduler_config.json
    published = {"clip_sample": False, "skip_prk_steps": True, "steps_offset": 1}
    for setting in published.keys() & config.keys():
        assert config[setting] == published[setting]


@pytest.mark.holds("scheduler")
def test_a_render_leaves_no_trace_of_its_scheduler(pipelines: PipelineCache, draw: Draw) -> None:
    first = drawn(pipelines, draw)
    plain_euler = drawn(pipelines, draw, scheduler="euler")
    args = {"use_karras_sigmas": True, "timestep_spacing": "trailing"}
    euler = drawn(pipelines, draw, scheduler="euler", scheduler_args=args)
    assert not np.array_equal(euler, plain_euler)
    assert np.array_equal(drawn(pipelines, draw), first)
    assert np.array_equal(drawn(pipelines, draw, scheduler="euler"), plain_euler)


@pytest.mark.holds("scheduler_args")
def test_arguments_go_to_the_models_own_scheduler_too(pipelines: PipelineCache, draw: Draw) -> None:
    first = drawn(pipelines, draw)
    assert not np.array_equal(drawn(pipelines, draw, scheduler_args={"steps_offset": 0}), first)
    assert np.array_equal(drawn(pipelines, draw), first)


def test_both_pipelines_of_a_render_have_schedulers_of_their_own(pipelines: PipelineCache) -> None:
    with pipelines.assembled(PipelineSpec("sd", scheduler="euler")) as assembly:
        noise, picture = assembly.from_noise.scheduler, assembly.from_picture.scheduler
        assert noise is not picture
        assert dict(noise.config) == dict(picture.config)
    with pipelines.assembled(PipelineSpec("sd", scheduler="euler")) as assembly:
        assert assembly.from_noise.scheduler is not noise


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"karras": True}, "has no argument 'karras'"),
        ({"timestep_spacing": "sideways"}, "timestep_spacing|sideways"),
        ({"use_karras_sigmas": True, "use_beta_sigmas": True}, "beta|karras"),
        ({"num_train_timesteps": 10**12}, "num_train_timesteps"),
        ({"beta_schedule": "made up"}, "beta_schedule|made up"),
    ],
)
def test_arguments_that_a_scheduler_does_not_take_are_told_before_drawing(
    pipelines: PipelineCache, args: dict[str, object], problem: str
) -> None:
    spec = PipelineSpec("sd", scheduler="euler", scheduler_args=args)
    with pipelines.assembled(spec) as assembly, pytest.raises(InputError, match=problem) as told:
        assembly.from_noise  # noqa: B018
    assert told.value.setting == "scheduler_args"


@pytest.mark.parametrize("name", [FLOW, "FlowMatchHeunDiscreteScheduler", "RePaintScheduler"])
def test_schedulers_of_other_models_are_refused(pipelines: PipelineCache, name: str) -> None:
    with (
        pipelines.assembled(PipelineSpec("sd", scheduler=name)) as assembly,
        pytest.raises(InputError, match=f"scheduler: {name}"),
    ):
        assembly.from_noise  # noqa: B018


@pytest.mark.parametrize("model", ["sd3", "flux"])
@pytest.mark.parametrize("name", ["default", FLOW, "FlowMatchLCMScheduler"])
def test_flow_models_draw_with_flow_schedulers(
    pipelines: PipelineCache, draw: Draw, picture, model: str, name: str
) -> None:
    spec = PipelineSpec(model, scheduler=name, scheduler_args={"shift": 2.0})
    with pipelines.assembled(spec) as assembly:
        assert assembly.from_noise.scheduler.config.shift == 2
        assert np.isfinite(draw(assembly.from_noise, **SIZE)).all()
        assert np.isfinite(draw(assembly.from_picture, image=picture, strength=0.5)).all()


def test_a_broken_config_of_the_operator_is_told_without_a_traceback(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    own = load_pipeline(catalogue.models["sd"].path).scheduler
    settings = json.loads(own.to_json_string()) | {"prediction_type": "epsilon"}
    broken = EulerDiscreteScheduler.from_config(settings | {"beta_schedule": "linear"})
    broken.register_to_config(beta_schedule="nonsense")
    with pytest.raises(InputError, match="can't be made"):
        fresh_scheduler(broken, "euler", {}, catalogue.model("sd"))


@pytest.fixture(scope="module")
def picturebook() -> PipelineCache:
    folder = Path(__file__).parents[4] / "models" / "picturebook"
    return PipelineCache(Catalogue(models={"picturebook": ModelEntry(path=folder)}))


@pytest.mark.parametrize("name", ["pndms", "klms", "dpm", "deis", "euler", "unipc"])
def test_schedulers_without_chance_come_to_the_same_picture(
    picturebook: PipelineCache, draw: Draw, name: str
) -> None:
    # Only with the betas and the kind of prediction that the model was trained with.
    size = {"width": 128, "height": 128}
    about = {"prompt": "a red circle on a white background", "num_inference_steps": 12}
    pictures = []
    for scheduler in ("default", name):
        with picturebook.assembled(PipelineSpec("picturebook", scheduler=scheduler)) as assembly:
            alone = draw(assembly.from_noise, guidance_scale=3.0, **about, **size)
            start = torch.from_numpy(alone).permute(2, 0, 1)[None]
            start = start if not pictures else pictures[0][2]
            covered = draw(
                assembly.from_picture, guidance_scale=3.0, image=start, strength=0.5, **about
            )
            pictures.append((alone, covered, start))
    (own, own_covered, _), (other, other_covered, _) = pictures
    assert np.abs(own - other).mean() < 0.03
    assert np.abs(own_covered - other_covered).mean() < 0.03
