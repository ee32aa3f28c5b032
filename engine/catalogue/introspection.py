"""What the classes of diffusers accept, read from their source: nothing of it is imported.

Importing diffusers takes five seconds and 400 MB, which the bot's process hasn't got. The source of
one class is parsed in milliseconds, and only when it is asked for.
"""

import ast
import importlib.util
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from engine.errors import ModelError
from engine.syntax import parse_module

_CLASS = re.compile(rb"^class (\w+)", re.MULTILINE)
_PIPELINE_BASE = "DiffusionPipeline"


class Computed(str):
    """The default of a parameter that isn't a plain value, as it is written in the source."""

    __slots__ = ()


@cache
def pipeline_names() -> frozenset[str]:
    """Every pipeline class that diffusers exports."""
    return _exported("pipelines", "Pipeline")


@cache
def scheduler_names() -> frozenset[str]:
    """Every scheduler class that diffusers exports."""
    return _exported("schedulers", "Scheduler")


@cache
def call_signature(pipeline: str) -> inspect.Signature:
    """What a pipeline's call accepts, without `self`; KeyError if diffusers has no such pipeline.

    Annotations are texts; a default that isn't a plain value is a `Computed`.
    """
    return _method(pipeline, "__call__")


@cache
def init_signature(name: str) -> inspect.Signature:
    """What makes a pipeline (its parts) or a scheduler (its config), as `call_signature`."""
    return _method(name, "__init__")


@cache
def file_call_signature(file: Path) -> inspect.Signature:
    """What the call of the pipeline class in a Python file accepts, as `call_signature`.

    ModelError if the file can't be read or parsed, or hasn't got exactly one pipeline class.
    """
    return _method(file_pipeline(file), "__call__", _classes_in(file))


def file_pipeline(file: Path) -> str:
    """The name of the one pipeline class in a Python file that isn't another one's base."""
    classes = _classes_in(file)
    found = [name for name in classes if _PIPELINE_BASE in _ancestors(name, classes)]
    inherited = {base for name in found for base in _ancestors(name, classes)}
    last = [name for name in found if name not in inherited]
    if len(last) != 1:
        raise ModelError(f"{file} must have one pipeline class, and has {len(last)}")
    return last[0]


def _exported(package: str, ending: str) -> frozenset[str]:
    """The exported classes of a package, told by diffusers' way of naming them: nothing parsed."""
    folder, exported = _home() / package, _exported_names()
    return frozenset(
        name
        for name, file in _files().items()
        if name.endswith(ending) and name in exported and file.is_relative_to(folder)
    )


@cache
def _home() -> Path:
    found = importlib.util.find_spec("diffusers")  # looks where it is, and doesn't run it
    if found is None or found.origin is None:
        raise ModelError("diffusers isn't installed")
    return Path(found.origin).parent


@cache
def _exported_names() -> frozenset[str]:
    tree = parse_module((_home() / "__init__.py").read_bytes())
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


@cache
def _files() -> Mapping[str, Path]:
    """The file of every class of diffusers' pipelines and schedulers; their names are unique."""
    return MappingProxyType(
        {
            name.decode(): file
            for package in ("pipelines", "schedulers")
            for file in sorted((_home() / package).rglob("*.py"))
            for name in _CLASS.findall(file.read_bytes())
        }
    )


@lru_cache(maxsize=4)  # a parsed file takes megabytes
def _classes_in(file: Path) -> Mapping[str, ast.ClassDef]:
    try:
        tree = parse_module(file.read_bytes())
    except OSError as error:
        raise ModelError(f"can't read {file} ({error.strerror})") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ModelError(f"{file} is no Python file ({error})") from None
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _find(name: str, nearby: Mapping[str, ast.ClassDef]) -> ast.ClassDef | None:
    """A class of the same file, or of diffusers; None for one of elsewhere."""
    if name in nearby:
        return nearby[name]
    file = _files().get(name)
    return _classes_in(file).get(name) if file else None


def _bases(node: ast.ClassDef) -> Iterator[str]:
    for base in node.bases:
        if isinstance(base, ast.Name | ast.Attribute):
            yield base.id if isinstance(base, ast.Name) else base.attr


def _ancestors(name: str, nearby: Mapping[str, ast.ClassDef] = MappingProxyType({})) -> list[str]:
    """A class's bases and theirs, nearest first, each once."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        node = _find(waiting.pop(0), nearby)
        fresh = [base for base in _bases(node) if base not in found] if node else []
        found += fresh
        waiting += fresh
    return found


def _method(
    name: str, method: str, nearby: Mapping[str, ast.ClassDef] = MappingProxyType({})
) -> inspect.Signature:
    """The signature of a class's method, its own or inherited. KeyError without the class."""
    if _find(name, nearby) is None:
        raise KeyError(name)
    for owner in (name, *_ancestors(name, nearby)):
        node = _find(owner, nearby)
        for part in node.body if node else ():
            if isinstance(part, ast.FunctionDef) and part.name == method:
                return inspect.Signature(list(_parameters(part.args))[1:])
    return inspect.Signature()


def _parameters(arguments: ast.arguments) -> Iterator[inspect.Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = [None] * (len(positional) - len(arguments.defaults))
    for place, (argument, default) in enumerate(
        zip(positional, [*required, *arguments.defaults], strict=True)
    ):
        only = place < len(arguments.posonlyargs)
        yield _parameter(
            argument,
            default,
            inspect.Parameter.POSITIONAL_ONLY if only else inspect.Parameter.POSITIONAL_OR_KEYWORD,
        )
    if arguments.vararg:
        yield _parameter(arguments.vararg, None, inspect.Parameter.VAR_POSITIONAL)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument, default, inspect.Parameter.KEYWORD_ONLY)
    if arguments.kwarg:
        yield _parameter(arguments.kwarg, None, inspect.Parameter.VAR_KEYWORD)


def _parameter(
    argument: ast.arg, default: ast.expr | None, kind: inspect._ParameterKind
) -> inspect.Parameter:
    annotation = (
        ast.unparse(argument.annotation) if argument.annotation else inspect.Parameter.empty
    )
    value: object = inspect.Parameter.empty
    if default is not None:
        try:
            value = ast.literal_eval(default)
        except ValueError:
            value = Computed(ast.unparse(default))
    return inspect.Parameter(argument.arg, kind, default=value, annotation=annotation)
