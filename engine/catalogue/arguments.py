"""Arguments that users write as JSON, held against what a diffusers class accepts.

diffusers drops some unknown arguments in silence and fails on wrong values minutes later, so both
are told when they are typed.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from inspect import Parameter

from engine.catalogue.introspection import Computed
from engine.errors import InputError
from engine.syntax import parse_expression

_LARGEST = 1_000_000
_LONGEST_TEXT = 1000
_MOST_ITEMS = 1000
_DEEPEST = 4
_MOST_TOLD = 30
_KINDS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "list": "a list",
    "dict": "an object",
    "None": "null",
}
_NAMES = {"ndarray": "list", "tuple": "list", "Tuple": "list", "List": "list", "Dict": "dict"}
_NAMES |= {kind: kind for kind in _KINDS}


def check_arguments(
    setting: str, given: Mapping[str, object], accepted: Mapping[str, Parameter], owner: str
) -> None:
    """Raise InputError where `given` has a name that isn't `accepted`, or a value that can't be.

    `owner` is the class that accepts them, for the message.
    """
    for name, value in given.items():
        if name not in accepted:
            raise InputError(
                setting, f"{owner} has no argument {name[:60]!r}", nearest(name, accepted)
            )
        _check_size(setting, name, value)
        _check_kind(setting, name, value, accepted[name])


def nearest(name: str, names: Iterable[str], otherwise: Iterable[str] = ()) -> str:
    """The names that are like a mistyped one, as words of advice; without any, what to choose from.

    That is `otherwise`, or else all names.
    """
    there = sorted(names)
    # Capitals are what people get wrong in the names of classes.
    folded = {known.lower(): known for known in there}
    alike = get_close_matches(name[:60].lower(), folded, n=3, cutoff=0.6)
    if alike:
        return "did you mean " + " or ".join(folded[known] for known in alike) + "?"
    choices = tuple(otherwise) or there
    more = ", …" if len(choices) > _MOST_TOLD else ""
    return "choose " + ", ".join(choices[:_MOST_TOLD]) + more if choices else "it takes none"


def _check_size(setting: str, name: str, value: object) -> None:
    """Only plain values of moderate size: some arguments are lengths of tables that get filled."""
    for count, (item, depth) in enumerate(_items(value), start=1):
        if depth > _DEEPEST or count > _MOST_ITEMS:
            raise InputError(setting, f"{name} holds too much", f"at most {_MOST_ITEMS} values")
        if isinstance(item, str) and len(item) > _LONGEST_TEXT:
            raise InputError(
                setting, f"{name} has {len(item)} characters", f"at most {_LONGEST_TEXT}"
            )
        if isinstance(item, int | float) and not abs(item) <= _LARGEST:
            raise InputError(setting, f"{name} is too large a number", f"at most {_LARGEST:,}")


def _items(value: object, depth: int = 0) -> Iterator[tuple[object, int]]:
    yield value, depth
    if depth <= _DEEPEST and isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _items(item, depth + 1)


def _check_kind(setting: str, name: str, value: object, parameter: Parameter) -> None:
    kinds, choices = _accepted(parameter)
    if not {*kinds, *choices} - {"None"}:
        raise InputError(setting, f"{name} can't be written as JSON", "leave it out")
    if value in choices if isinstance(value, str) else any(_is(value, kind) for kind in kinds):
        return
    if isinstance(value, str) and "str" in kinds:
        return
    words = [*(repr(choice) for choice in choices), *(_KINDS[kind] for kind in kinds)]
    raise InputError(setting, f"{name} is {str(value)[:40]!r}", "it takes " + " or ".join(words))


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "bool"
    if isinstance(value, int) and kind == "float":
        return True
    return type(value).__name__ == ("NoneType" if kind == "None" else kind)


def _accepted(parameter: Parameter) -> tuple[list[str], list[str]]:
    """The kinds of JSON a parameter takes by its annotation and default, and texts to choose from.

    Without an annotation its default tells; where both say nothing, any kind will do.
    """
    kinds: list[str] = []
    choices: list[str] = []
    default = parameter.default
    if parameter.annotation is not Parameter.empty:
        _read_annotation(parse_expression(parameter.annotation), kinds, choices)
    elif default is None or default is Parameter.empty or isinstance(default, Computed):
        return [*_KINDS], []
    else:
        kinds.append(_NAMES.get(type(default).__name__, "str"))
    if default is None and (kinds or choices) and "None" not in kinds:
        kinds.append("None")
    return kinds, choices


def _read_annotation(node: ast.expr, kinds: list[str], choices: list[str]) -> None:
    """Collect what an annotation allows; what is no JSON, such as a tensor, adds nothing."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            _read_annotation(left, kinds, choices)
            _read_annotation(right, kinds, choices)
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            _read_annotation(inner, kinds, choices)
            kinds.append("None")
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=parts)):
            for part in parts:
                _read_annotation(part, kinds, choices)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            for part in inner.elts if isinstance(inner, ast.Tuple) else [inner]:
                choices.append(str(ast.literal_eval(part)))
        case ast.Subscript(value=ast.Name(id=name), slice=inner):
            if name in _NAMES and "torch" not in ast.unparse(inner):
                kinds.append(_NAMES[name])
        case ast.Constant(value=None):
            kinds.append("None")
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _NAMES:
            kinds.append(_NAMES[name])
