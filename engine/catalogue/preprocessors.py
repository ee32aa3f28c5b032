"""The names of what makes a picture into one that a ControlNet or adapter was trained on."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from engine.syntax import parse_module

NONE = "none"
"""Shows the picture as it is."""

BUILT_IN = (NONE, "canny", "soft_edge", "lineart")
"""Those that need no weights."""


def processor_names(listed: Iterable[str]) -> tuple[str, ...]:
    """Every processor there is here; `listed` are the names of the operator's `[preprocessors]`."""
    return tuple(dict.fromkeys((*BUILT_IN, *listed, *extra_names())))


@cache
def extra_names() -> frozenset[str]:
    """The processors of controlnet_aux, where that extra is installed, by its own names.

    Read from its source (`controlnet_aux/processor.py`, the keys of `MODELS`), as importing it
    loads torch.
    """
    found = find_spec("controlnet_aux")
    if found is None or found.origin is None:
        return frozenset()
    try:
        tree = parse_module((Path(found.origin).parent / "processor.py").read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(_keys_of(tree, "MODELS"))


def _keys_of(tree: ast.Module, name: str) -> Iterator[str]:
    """The text keys of the dictionary that a module assigns to `name`."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Dict(keys=keys)):
                constants = (key.value for key in keys if isinstance(key, ast.Constant))
                if target == name:
                    yield from (key for key in constants if isinstance(key, str))
