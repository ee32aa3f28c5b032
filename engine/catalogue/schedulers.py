"""Which noise schedulers there are, what they are called, and which model each can work with."""

from collections.abc import Mapping
from importlib.util import find_spec
from inspect import Parameter

from engine.catalogue.arguments import check_arguments, nearest
from engine.catalogue.introspection import init_signature, scheduler_names
from engine.catalogue.models import Family, Model
from engine.errors import InputError

DEFAULT = "default"

SHORT_NAMES = {
    "pndms": "PNDMScheduler",
    "ddim": "DDIMScheduler",
    "ddpm": "DDPMScheduler",
    "klms": "LMSDiscreteScheduler",
    "dpm": "DPMSolverSinglestepScheduler",
    "dpm_ads": "KDPM2AncestralDiscreteScheduler",
    "deis": "DEISMultistepScheduler",
    "euler": "EulerDiscreteScheduler",
    "euler_ads": "EulerAncestralDiscreteScheduler",
    "repaint": "RePaintScheduler",
    "unipc": "UniPCMultistepScheduler",
}
"""Giffusion's names, and the classes of diffusers they stand for."""

_OF_NOISE = frozenset(SHORT_NAMES.values()) - {"RePaintScheduler"} | {
    "DDIMParallelScheduler",
    "DDPMParallelScheduler",
    "DPMSolverMultistepScheduler",
    "DPMSolverSDEScheduler",
    "HeunDiscreteScheduler",
    "KDPM2DiscreteScheduler",
    "LCMScheduler",
    "SASolverScheduler",
    "TCDScheduler",
}
"""Those that draw with models which predict noise, from noise as well as from a picture (tried)."""

_OF_FLOW = frozenset({"FlowMatchEulerDiscreteScheduler", "FlowMatchLCMScheduler"})
"""Those that draw with models which predict a flow, from noise as well as from a picture."""

_WORKING = {
    Family.SD: _OF_NOISE,
    Family.SDXL: _OF_NOISE,
    Family.PIX2PIX: _OF_NOISE,
    Family.SD3: _OF_FLOW | {"FlowMatchHeunDiscreteScheduler"},
    Family.FLUX: _OF_FLOW,
}

_NEEDS = {"DPMSolverSDEScheduler": "torchsde", "LMSDiscreteScheduler": "scipy"}
"""Libraries without which diffusers' class can't be used."""

_TIMESTEPS = (200, 10_000)
"""A scheduler fills a table of so many entries; models are trained with 1000. There must be as many
as the most steps of a frame.
"""


def scheduler_class(name: str) -> str | None:
    """The diffusers class of a short name or of itself; None for `default`, the model's own.

    InputError with names that are alike where there is none.
    """
    if name == DEFAULT:
        return None
    kind = SHORT_NAMES.get(name, name)
    if kind not in scheduler_names():
        short = (DEFAULT, *SHORT_NAMES)
        remedy = nearest(name, (*short, *scheduler_names()), otherwise=short)
        raise InputError("scheduler", f"there is no scheduler {name[:60]!r}", remedy)
    return kind


def check_scheduler(name: str, args: Mapping[str, object], model: Model) -> None:
    """Raise InputError where a scheduler can't draw with the model or doesn't take `args`."""
    kind = scheduler_class(name)
    if kind is not None:
        _check_works(name, kind, model.family)
    if not args:
        return
    kind = kind or model.scheduler
    if kind not in scheduler_names():
        raise InputError("scheduler_args", f"{model.name}'s own scheduler takes none here")
    check_arguments("scheduler_args", args, scheduler_parameters(kind), kind)
    least, most = _TIMESTEPS
    timesteps = args.get("num_train_timesteps", most)
    if not isinstance(timesteps, int) or not least <= timesteps <= most:
        problem = f"num_train_timesteps is {timesteps!r}"
        raise InputError("scheduler_args", problem, f"it is from {least} to {most:,}")


def scheduler_parameters(kind: str) -> Mapping[str, Parameter]:
    """What a diffusers scheduler is configured by, by name."""
    named = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    parameters = init_signature(kind).parameters
    return {name: each for name, each in parameters.items() if each.kind in named}


def _check_works(name: str, kind: str, family: Family) -> None:
    if kind not in _WORKING[family]:
        raise InputError("scheduler", _why_not(name, kind, family), _choices(family))
    library = _NEEDS.get(kind)
    if library and find_spec(library) is None:
        raise InputError("scheduler", f"{name} needs {library}, which isn't installed here")


def _why_not(name: str, kind: str, family: Family) -> str:
    if kind == "RePaintScheduler":
        return f"{name} fills holes in a picture and can't draw a whole one"
    if kind in _WORKING[Family.SD3]:
        return f"{name} is for models that match a flow, and {family} predicts noise"
    if kind in _OF_NOISE:
        return f"{name} is for models that predict noise, and {family} matches a flow"
    return f"{name} doesn't work with {family}"


def _choices(family: Family) -> str:
    working = _WORKING[family]
    short = [name for name, kind in SHORT_NAMES.items() if kind in working]
    return "choose " + ", ".join([DEFAULT, *(short or sorted(working))])
