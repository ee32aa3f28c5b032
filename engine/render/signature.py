"""What a pipeline can be called with, read from its own signature."""

import inspect
from functools import cache

from diffusers import DiffusionPipeline


def accepted(pipeline: DiffusionPipeline) -> frozenset[str]:
    """The names of the arguments that calling `pipeline` takes.

    What it would only take in a `**kwargs` doesn't count: most swallow there what they don't know.
    """
    return _named_parameters(type(pipeline).__call__)


@cache
def _named_parameters(function: object) -> frozenset[str]:
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return frozenset(each.name for each in parameters if each.kind in named) - {"self"}
