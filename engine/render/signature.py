"""What a pipeline can be called with, read from its own signature."""

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

from diffusers import DiffusionPipeline


def accepted(pipeline: DiffusionPipeline) -> frozenset[str]:
    """The names of the arguments that calling `pipeline` takes.

    What it would only take in a `**kwargs` doesn't count: most swallow there what they don't know.
    """
    return _named_parameters(type(pipeline).__call__)


def as_called(pipeline: DiffusionPipeline, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments out of JSON, which has no tuples, as the call has them."""
    parameters = inspect.signature(type(pipeline).__call__).parameters

    def converted(name: str, value: Any) -> Any:
        wants_tuple = name in parameters and "tuple" in str(parameters[name].annotation).lower()
        return tuple(value) if wants_tuple and isinstance(value, list) else value

    return {name: converted(name, value) for name, value in arguments.items()}


@cache
def _named_parameters(function: object) -> frozenset[str]:
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return frozenset(each.name for each in parameters if each.kind in named) - {"self"}
