"""The pipeline classes that can draw a request, from noise and over a picture.

diffusers names its classes regularly: family, then ControlNet or Adapter, then Img2Img. What one
accepts is read from its source; no torch.
"""

from dataclasses import dataclass, replace
from inspect import Signature

from engine.catalogue import Catalogue, find
from engine.catalogue.arguments import nearest
from engine.catalogue.introspection import (
    call_signature,
    file_call_signature,
    file_pipeline,
    init_signature,
    pipeline_names,
)
from engine.catalogue.models import Family, Model
from engine.errors import InputError
from engine.plan import PipelineSpec

_OPTIONAL_PARTS = frozenset({"safety_checker", "feature_extractor", "image_encoder"})
_CONTROLS = {"ControlNet": "controlnet", "Adapter": "adapter"}
"""In the names of classes, and in the names of their arguments."""
_ADAPTED = frozenset(
    {"StableDiffusionAdapterImg2ImgPipeline", "StableDiffusionXLAdapterImg2ImgPipeline"}
)
"""Classes that diffusers lacks and engine/render/pipelines/adapted.py adds."""


@dataclass(frozen=True, slots=True)
class Form:
    """A pipeline class: its name, what its call accepts, and what it makes of pictures.

    `starts` tells whether it draws over a picture, `controls` what it is steered by: `controlnet`,
    `adapter` or both.
    """

    name: str
    call: Signature
    starts: bool
    controls: frozenset[str]


def pipeline_form(
    spec: PipelineSpec, model: Model, catalogue: Catalogue, from_picture: bool
) -> Form:
    """The class that draws, from noise or over a picture (`from_picture`).

    InputError where diffusers has none, where the operator doesn't allow the one that was named, or
    where that one doesn't fit the model or what steers it.
    """
    form = named_form(spec, model, catalogue)
    if form.starts != from_picture and not spec.custom_pipeline:
        form = _sibling(form)
    if form.starts != from_picture and not (form.starts and _may_go_without(spec, form)):
        raise _cannot_start(spec, model, form)
    _check_steering(spec, form)
    return form


def named_form(spec: PipelineSpec, model: Model, catalogue: Catalogue) -> Form:
    """The class that the user named, or the family's plain one with what steers it."""
    if spec.custom_pipeline:
        if spec.pipeline:
            raise InputError("pipeline", "there is a custom_pipeline as well", "choose one of them")
        file = find("custom_pipeline", spec.custom_pipeline, catalogue.custom_pipelines).path
        return _read(file_pipeline(file), file_call_signature(file))
    if spec.pipeline:
        _check_allowed(spec.pipeline, model, catalogue)
        return _form(spec.pipeline)
    controls = steered_by(spec)
    if len(controls) > 1:
        raise InputError(
            "adapter", "it can't be combined with a ControlNet", "leave one of them out"
        )
    kind = next((word for word, setting in _CONTROLS.items() if setting in controls), "")
    name = f"{model.family}{kind}Pipeline"
    if name not in pipeline_names():
        setting = _CONTROLS[kind]
        problem = f"a {model.family} model such as {model.name} can't be steered by it"
        raise InputError(setting, problem, "leave it out or choose another model")
    return _form(name)


def _sibling(form: Form) -> Form:
    """The class that draws over a picture for one that doesn't, or the reverse; itself without."""
    plain = form.name.replace("Img2ImgPipeline", "Pipeline")
    name = plain if form.starts else plain.removesuffix("Pipeline") + "Img2ImgPipeline"
    if name in _ADAPTED:
        return replace(
            form, name=name, call=call_signature(name.replace("Adapter", "")), starts=True
        )
    return _form(name) if name in pipeline_names() else form


def _may_go_without(spec: PipelineSpec, form: Form) -> bool:
    """Whether an operator's own pipeline takes a picture but doesn't insist on it."""
    image = form.call.parameters["image"]
    return bool(spec.custom_pipeline) and image.default is None


def _form(name: str) -> Form:
    return _read(name, call_signature(name))


def _read(name: str, call: Signature) -> Form:
    """A class as its call tells: with ControlNets, `image` is theirs unless `control_image` is."""
    accepted = call.parameters
    controls = frozenset(
        control for control in _CONTROLS.values() if f"{control}_conditioning_scale" in accepted
    )
    starts = "image" in accepted and (not controls or "control_image" in accepted)
    return Form(name, call, starts, controls)


def steered_by(spec: PipelineSpec) -> frozenset[str]:
    """What is attached to the model: `controlnet`, `adapter` or both."""
    there = {"controlnet": spec.controlnets, "adapter": spec.adapters}
    return frozenset(setting for setting, names in there.items() if names)


def _check_allowed(name: str, model: Model, catalogue: Catalogue) -> None:
    """Whether the operator allows a class, diffusers has it, and the model's parts make it."""
    if name not in catalogue.pipelines or name not in pipeline_names():
        there = [each for each in catalogue.pipelines if each in pipeline_names()]
        raise InputError("pipeline", f"{name[:60]!r} is not here", nearest(name, there))
    if "mask_image" in call_signature(name).parameters:
        raise InputError("pipeline", f"{name} needs a mask, which can't be attached")
    accepted = init_signature(name).parameters
    required = {part for part, each in accepted.items() if each.default is each.empty}
    missing = required - model.parts - _OPTIONAL_PARTS - set(_CONTROLS.values())
    unused = model.parts - set(accepted) - _OPTIONAL_PARTS
    edits = name == Family.PIX2PIX.pipeline
    if missing or unused or edits != model.family.needs_picture:
        fitting = [each for each in catalogue.pipelines if _belongs(each, model.family)]
        problem = f"{name} can't draw with {model.name}"
        raise InputError("pipeline", problem, "choose " + ", ".join(fitting) if fitting else "")


def _belongs(name: str, family: Family) -> bool:
    """Whether a class is of the family whose name is the longest that it begins with."""
    known = [each for each in Family if name.startswith(each)]
    return max(known, key=len, default=None) is family


def _cannot_start(spec: PipelineSpec, model: Model, form: Form) -> InputError:
    if form.starts:
        problem = f"{form.name} draws over a picture, and there is none"
        setting = "model" if model.family.needs_picture else "pipeline"
        return InputError(setting, problem, "attach a picture or a video")
    problem = f"a {form.name} can't draw over a picture"
    remedy = "leave out the picture and motion, or choose another"
    if spec.custom_pipeline:
        return InputError("custom_pipeline", problem, f"{remedy} pipeline")
    setting = "pipeline" if spec.pipeline else min(steered_by(spec), default="model")
    return InputError(setting, problem, f"{remedy} {setting}")


def _check_steering(spec: PipelineSpec, form: Form) -> None:
    """Whether a class takes what the user attached to it, and has all it needs."""
    attached = steered_by(spec)
    for setting in attached - form.controls:
        raise InputError(
            setting, f"{form.name} takes none", "choose another pipeline, or leave it out"
        )
    for setting in form.controls - attached:
        raise InputError("pipeline", f"{form.name} needs a {setting}", f"name one as {setting}")
