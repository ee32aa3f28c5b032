"""What to tell of a pipeline's call that failed."""

from collections.abc import Mapping
from typing import Any

from diffusers import DiffusionPipeline

from engine.errors import GiffusionError, InputError, RenderError

_WELL_KNOWN = ("diffusers", "engine")
"""Packages whose pipelines are called as they want to be."""


def refusal(
    pipeline: DiffusionPipeline,
    error: Exception,
    pipeline_args: Mapping[str, Any],
    scheduler_args: Mapping[str, Any],
) -> GiffusionError | None:
    """Why the pipeline can't draw, where that is in what users or operators gave; None elsewhere.

    InputError for arguments of a user's own, RenderError for a pipeline of the operator's own.
    """
    name = type(pipeline).__name__
    reason = next(iter(str(error).splitlines()), type(error).__name__)[:200]
    given = {"pipeline_args": pipeline_args, "scheduler_args": scheduler_args}
    settings = [setting for setting, args in given.items() if args]
    if settings:
        problem = f"a {name} can't work with them: {reason}"
        return InputError(" and ".join(settings), problem, "change them, or leave them out")
    if type(pipeline).__module__.partition(".")[0] not in _WELL_KNOWN:
        return RenderError(f"the pipeline {name} can't draw this: {reason}")
    return None
