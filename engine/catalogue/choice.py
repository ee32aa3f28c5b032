"""What a request's choices come to: what draws it, what its picture is for, what that is shown as.

Everything a request names is held to what there is when it is typed, long before weights are
loaded; no torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.catalogue import Catalogue, ControlEntry, find
from engine.catalogue.arguments import check_arguments, nearest
from engine.catalogue.fitting import check_adapter, check_controlnet, check_lora
from engine.catalogue.forms import Form, named_form, pipeline_form, steered_by
from engine.catalogue.models import Model
from engine.catalogue.preprocessors import processor_names
from engine.catalogue.schedulers import check_scheduler
from engine.errors import InputError
from engine.media.facts import MediaFacts
from engine.plan import PipelineSpec
from engine.settings import Settings

_SET_BY = {
    "image": "attach a picture",
    "control_image": "attach a picture",
    "mask_image": "a mask can't be attached",
    "latents": "set seed",
    "generator": "set seed",
    "num_inference_steps": "set steps",
    "timesteps": "set steps, and scheduler_args for their spacing",
    "sigmas": "set steps, and scheduler_args for their spacing",
    "guidance_scale": "set guidance_scale",
    "strength": "set strength",
    "width": "set width",
    "height": "set height",
    "controlnet_conditioning_scale": "set controlnet_scale",
    "adapter_conditioning_scale": "set controlnet_scale",
}
"""Arguments that are settings here, or that the engine gives itself, and what to do instead."""

_SET_BY_BEGINNING = {
    "prompt": "set prompts",
    "pooled_prompt": "set prompts",
    "negative_prompt": "set negative_prompt",
    "negative_pooled_prompt": "set negative_prompt",
    "callback": "it is the program's own",
    "output_type": "it is the program's own",
    "return_dict": "it is the program's own",
    "num_images_per_prompt": "it is the program's own",
}


@dataclass(frozen=True, slots=True)
class PictureUse:
    """What the attached picture, or each frame of the attached video, is used for.

    `start`: a frame is drawn over it. `control`: ControlNets or adapters are shown it.
    """

    start: bool = False
    control: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request's choices come to.

    `picture` is what an attached picture is for, `preprocess` names a processor for each
    ControlNet, then for each adapter.
    """

    picture: PictureUse
    preprocess: tuple[str, ...]


def picture_use(
    spec: PipelineSpec, model: Model, catalogue: Catalogue, has_picture: bool
) -> PictureUse:
    """What an attached picture or video is for.

    Without ControlNet and adapter frames are drawn over it. With one it is shown to that alone,
    unless the user named a pipeline that starts from a picture: then it is for both. InputError
    where a picture is missing.
    """
    controls = steered_by(spec)
    if controls and not has_picture:
        names = ", ".join(each.name for each in (*spec.controlnets, *spec.adapters))
        problem = f"there is nothing to show to {names}"
        raise InputError(min(controls), problem, "attach a picture or a video")
    if not controls:
        return PictureUse(start=has_picture)
    named = spec.pipeline or spec.custom_pipeline
    return PictureUse(start=bool(named) and named_form(spec, model, catalogue).starts, control=True)


def check_choice(
    settings: Settings, catalogue: Catalogue, model: Model, media: MediaFacts, *, moves: bool
) -> Choice:
    """Raise InputError where the settings name what there isn't, or what doesn't go together.

    `media` tells what is attached, `moves` whether frames start as the ones before them, moved.
    ModelError where the operator's files can't be read.
    """
    has_picture = media.image is not None or media.video is not None
    spec = _spec(settings, model)
    controlnets = [find("controlnet", n, catalogue.controlnets) for n, _ in spec.controlnets]
    adapters = [find("adapter", n, catalogue.adapters) for n, _ in spec.adapters]
    loras = [find("lora", n, catalogue.loras) for n, _ in spec.loras]
    picture = picture_use(spec, model, catalogue, has_picture)
    forms = _forms(spec, model, catalogue, picture, moves)
    _check_named(spec, forms, has_picture)
    for (name, _), entry in zip(spec.controlnets, controlnets, strict=True):
        check_controlnet(name, entry, model)
    for (name, _), entry in zip(spec.adapters, adapters, strict=True):
        check_adapter(name, entry, model)
    for (name, _), lora in zip(spec.loras, loras, strict=True):
        check_lora(name, lora, model)
    _check_named_once(spec)
    for form in forms:
        _check_pipeline_args(settings.diffusion.pipeline_args, form)
    check_scheduler(settings.diffusion.scheduler, settings.diffusion.scheduler_args, model)
    return Choice(picture, _processors(settings, [*controlnets, *adapters], catalogue))


def _spec(settings: Settings, model: Model) -> PipelineSpec:
    chosen = settings.pipeline
    return PipelineSpec(
        model=model.name,
        pipeline=chosen.pipeline,
        custom_pipeline=chosen.custom_pipeline,
        controlnets=chosen.controlnet.entries,
        adapters=chosen.adapter.entries,
        loras=chosen.lora.entries,
    )


def _forms(
    spec: PipelineSpec, model: Model, catalogue: Catalogue, picture: PictureUse, moves: bool
) -> list[Form]:
    """The classes that draw: the first frame's, and with motion that of those after it."""
    forms = [pipeline_form(spec, model, catalogue, picture.start)]
    if moves and not picture.start:
        forms.append(pipeline_form(spec, model, catalogue, from_picture=True))
    return forms


def _check_named(spec: PipelineSpec, forms: list[Form], has_picture: bool) -> None:
    """Whether the class the user named is one that will draw."""
    if spec.pipeline and spec.pipeline not in [form.name for form in forms]:
        does = "doesn't draw over a picture" if has_picture else "draws over a picture"
        remedy = "leave it out" if has_picture else "attach a picture or a video"
        raise InputError(
            "pipeline", f"{spec.pipeline} {does}", f"choose {forms[0].name}, or {remedy}"
        )


def _check_named_once(spec: PipelineSpec) -> None:
    """A LoRA has one weight at a time; ControlNets and adapters may be shown two things."""
    names = [name for name, _ in spec.loras]
    for name in names:
        if names.count(name) > 1:
            raise InputError("lora", f"{name} is named twice", "name it once, with one weight")


def _check_pipeline_args(given: Mapping[str, object], form: Form) -> None:
    for name in given:
        if advice := _instead(name):
            raise InputError("pipeline_args", f"{name[:60]} can't be set there", advice)
    accepted = {
        name: each
        for name, each in form.call.parameters.items()
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY) and not _instead(name)
    }
    check_arguments("pipeline_args", given, accepted, form.name)


def _instead(name: str) -> str:
    """What to do instead of giving an argument; empty for one that may be given."""
    beginnings = _SET_BY_BEGINNING.items()
    return _SET_BY.get(name) or next((do for start, do in beginnings if name.startswith(start)), "")


def _processors(
    settings: Settings, controls: list[ControlEntry], catalogue: Catalogue
) -> tuple[str, ...]:
    """The processor of each ControlNet and adapter: the one that was named, or else its own."""
    named = settings.preprocessing.preprocess
    if named and len(named.names) != len(controls):
        problem = f"{len(named.names)} for {len(controls)} ControlNets and adapters"
        raise InputError("preprocess", problem, "name one for each, or none at all")
    names = named.names or tuple(entry.preprocess for entry in controls)
    there = processor_names(catalogue.preprocessors)
    for name in names:
        if name not in there:
            raise InputError("preprocess", f"there is no {name[:60]!r}", nearest(name, there))
    for name, weight in named.entries:
        if weight != 1:
            remedy = "weights stand with the ControlNets and adapters"
            raise InputError("preprocess", f"{name} takes no weight", remedy)
    return names
