"""Noise schedulers for one pipeline of one render."""

from collections.abc import Mapping
from typing import Any

import diffusers
from diffusers import PNDMScheduler, SchedulerMixin

from engine.catalogue.models import Family, Model
from engine.catalogue.schedulers import check_scheduler, scheduler_class, scheduler_parameters
from engine.errors import InputError
from engine.render.pipelines.plms import MidwayPNDMScheduler

_STABLE_DIFFUSION = {
    "clip_sample": False,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
}
"""What Stable Diffusion's own scheduler_config.json says where classes have other defaults."""


def fresh_scheduler(
    own: SchedulerMixin, name: str, args: Mapping[str, Any], model: Model, midway: bool = False
) -> SchedulerMixin:
    """A new scheduler named as users do, made from the config of the model's `own`, then `args`.

    Nothing of it is shared with `own` or with another one. `midway` is for pipelines that begin
    with a later step than the first. InputError where there is no such scheduler, it can't draw
    with the model, or it doesn't take `args`.
    """
    check_scheduler(name, args, model)
    kind = scheduler_class(name)
    scheduler_type = getattr(diffusers, kind) if kind else type(own)
    if midway and scheduler_type is PNDMScheduler:
        scheduler_type = MidwayPNDMScheduler
    defaults = _defaults(kind, own.config, model.family) if kind else {}
    try:
        if args:
            _try_out(scheduler_type.from_config(own.config, **{**defaults, **args}))
        return scheduler_type.from_config(own.config, **{**defaults, **args})
    except Exception as error:  # of every kind: an assertion, a value, a missing library
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        setting = "scheduler_args" if args else "scheduler"
        raise InputError(setting, f"{scheduler_type.__name__} can't be made ({reason})") from error


def _defaults(kind: str, config: Mapping[str, Any], family: Family) -> dict[str, Any]:
    """What the model's config leaves open for another class of scheduler."""
    if family.matches_flow:
        return {}
    known = config.keys() - set(config.get("_use_default_values", ()))
    accepted = scheduler_parameters(kind).keys() - known
    return {name: value for name, value in _STABLE_DIFFUSION.items() if name in accepted}


def _try_out(scheduler: SchedulerMixin) -> None:
    """Space some timesteps, as some wrong arguments are told no earlier."""
    shift = {"mu": 1.0} if scheduler.config.get("use_dynamic_shifting") else {}
    scheduler.set_timesteps(2, **shift)
