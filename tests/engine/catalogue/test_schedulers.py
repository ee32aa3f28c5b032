"""Noise schedulers, by the names people know them by."""

import pytest

from engine.catalogue.introspection import scheduler_names
from engine.catalogue.models import Family
from engine.catalogue.schedulers import (
    SHORT_NAMES,
    check_scheduler,
    scheduler_class,
    scheduler_parameters,
)
from engine.errors import InputError
from tests.support.models import model_facts

FLOW = "FlowMatchEulerDiscreteScheduler"


def _refused(name, args, **facts):
    with pytest.raises(InputError) as caught:
        check_scheduler(name, args, model_facts(**facts))
    return str(caught.value)


@pytest.mark.holds("scheduler")
def test_the_old_programs_names_are_known():
    names = "pndms ddim ddpm klms dpm dpm_ads deis euler euler_ads repaint unipc"
    assert set(SHORT_NAMES) == set(names.split())
    assert scheduler_class("euler_ads") == "EulerAncestralDiscreteScheduler"


def test_any_scheduler_of_diffusers_is_known_by_its_class():
    assert scheduler_class("HeunDiscreteScheduler") == "HeunDiscreteScheduler"


def test_default_is_the_models_own():
    assert scheduler_class("default") is None
    check_scheduler("default", {}, model_facts())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ddmi", "did you mean"),
        ("eulerdiscretescheduler", "did you mean EulerDiscreteScheduler"),
        ("xyzzy", "choose default, pndms, ddim"),
        ("SchedulerMixin", "there is no scheduler"),
        ("DiffusionPipeline", "there is no scheduler"),
    ],
)
def test_an_unknown_scheduler_is_told_with_what_there_is(name, words):
    assert words in _refused(name, {})


@pytest.mark.parametrize("family", [Family.SD, Family.SDXL, Family.PIX2PIX])
def test_a_model_that_predicts_noise_has_all_the_old_names_but_repaint(family):
    for name in set(SHORT_NAMES) - {"repaint"}:
        check_scheduler(name, {}, model_facts(family=family))
    refused = _refused(FLOW, {}, family=family)
    assert "is for models that match a flow" in refused
    assert "choose default, pndms, ddim" in refused


@pytest.mark.parametrize("family", [Family.SD3, Family.FLUX])
def test_a_model_that_matches_a_flow_needs_a_scheduler_that_does(family):
    check_scheduler(FLOW, {"shift": 3.0}, model_facts(family=family))
    refused = _refused("ddim", {}, family=family)
    assert "ddim is for models that predict noise" in refused
    assert f"choose default, {FLOW}" in refused


@pytest.mark.parametrize("family", list(Family))
def test_repaint_is_refused_with_what_to_choose_instead(family):
    refused = _refused("repaint", {}, family=family)
    assert "fills holes in a picture" in refused
    assert "choose default" in refused


def test_a_scheduler_made_for_other_models_is_refused():
    assert "doesn't work with StableDiffusion" in _refused("VQDiffusionScheduler", {})


def test_a_scheduler_whose_library_is_missing_is_refused(monkeypatch):
    monkeypatch.setattr("engine.catalogue.schedulers.find_spec", lambda name: None)
    assert "needs torchsde" in _refused("DPMSolverSDEScheduler", {})


@pytest.mark.holds("scheduler_args")
def test_arguments_are_held_to_the_chosen_scheduler():
    check_scheduler("dpm", {"use_karras_sigmas": True, "solver_order": 3}, model_facts())
    refused = _refused("dpm", {"use_karras_sigma": True})
    assert "DPMSolverSinglestepScheduler has no argument 'use_karras_sigma'" in refused
    assert "did you mean use_karras_sigmas" in refused


def test_arguments_for_the_default_are_held_to_the_models_own_scheduler():
    check_scheduler("default", {"timestep_spacing": "trailing"}, model_facts())
    assert "DDIMScheduler has no argument" in _refused("default", {"use_karras_sigmas": True})
    assert "takes none here" in _refused("default", {"eta": 1}, scheduler="")


@pytest.mark.parametrize("count", [10**9, 10**5, 1, 0, -5, True, 1000.5])
def test_a_table_of_timesteps_is_neither_huge_nor_too_short(count):
    assert "num_train_timesteps" in _refused("ddim", {"num_train_timesteps": count})


def test_parameters_tell_their_defaults():
    assert scheduler_parameters("DDIMScheduler")["num_train_timesteps"].default == 1000


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A tiny Stable Diffusion pipeline, and its form that draws over a picture."""
    from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline

    from tests.support.tiny_pipeline import build_tiny_pipeline

    folder = build_tiny_pipeline(tmp_path_factory.mktemp("tiny"))
    pipeline = StableDiffusionPipeline.from_pretrained(folder)
    pipelines = pipeline, StableDiffusionImg2ImgPipeline.from_pipe(pipeline)
    for each in pipelines:
        each.set_progress_bar_config(disable=True)
    return pipelines


def _is_allowed(name):
    try:
        check_scheduler(name, {}, model_facts())
    except InputError:
        return False
    return True


# diffusers hands tensors to NumPy 2 in a way that torch doesn't know yet.
@pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")
@pytest.mark.parametrize("name", sorted(filter(_is_allowed, scheduler_names())))
def test_every_scheduler_that_is_allowed_draws_from_noise_and_over_a_picture(tiny, name):
    import diffusers
    import torch

    for pipeline, picture in zip(tiny, ({}, {"image": torch.zeros(1, 3, 64, 64)}), strict=True):
        own = pipeline.scheduler
        pipeline.scheduler = getattr(diffusers, name).from_config(own.config)
        drawn = pipeline("a", num_inference_steps=4, output_type="pt", **picture).images
        pipeline.scheduler = own
        assert torch.isfinite(drawn).all()
