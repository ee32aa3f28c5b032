"""The operator's own pipeline classes, out of Python files."""

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any

from engine.catalogue.introspection import file_pipeline
from engine.errors import ModelError


@cache
def custom_pipeline_class(file: Path) -> Any:
    """The one diffusers pipeline class in a Python file, which is run once.

    Only files that the operator listed may come here. ModelError if it can't be run, or hasn't
    got exactly one such class.
    """
    name = file_pipeline(file)
    module_name = f"_custom_pipeline_{str(file).encode().hex()}"
    spec = importlib.util.spec_from_file_location(module_name, file)
    if spec is None or spec.loader is None:
        raise ModelError(f"the pipeline file {file} must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # where diffusers looks up the types of its parts
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[module_name]
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelError(f"the pipeline file {file} can't be run: {reason}") from error
    return getattr(module, name)
