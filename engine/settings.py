"""A request's settings: every group, the options they make, and how users' values go in.

Everything that speaks of settings is made from the groups' fields: the flags, the help, the option
table and the reference in the documentation. A field of None means "as the model has it", "as the
inputs have it" or "drawn"; `engine.planning.resolve` fills every one before a request is queued.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Self, cast

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from engine.errors import InputError
from engine.groups import Group
from engine.groups.animation import Animation
from engine.groups.coherence import Coherence
from engine.groups.diffusion import Diffusion
from engine.groups.media import Media
from engine.groups.motion import Motion
from engine.groups.output import Output
from engine.groups.pipeline import Pipeline
from engine.groups.preprocessing import Preprocessing
from engine.groups.prompts import Prompts
from engine.options import Option, describe, text_of


class Settings(Group):
    """All settings of a request."""

    prompts: Prompts = Prompts()
    pipeline: Pipeline = Pipeline()
    diffusion: Diffusion = Diffusion()
    preprocessing: Preprocessing = Preprocessing()
    animation: Animation = Animation()
    motion: Motion = Motion()
    coherence: Coherence = Coherence()
    media: Media = Media()
    output: Output = Output()

    @classmethod
    def options(cls) -> dict[str, Option]:
        """Every field by its name, as an option. Names are unique over all groups."""
        return {name: describe(name, info) for _, name, info in cls._fields()}

    @classmethod
    def groups(cls) -> dict[str, tuple[str, ...]]:
        """The names of the fields in every group, by the group's name."""
        groups: dict[str, tuple[str, ...]] = {}
        for group, name, _ in cls._fields():
            groups[group] = (*groups.get(group, ()), name)
        return groups

    @classmethod
    def _fields(cls) -> Iterator[tuple[str, str, FieldInfo]]:
        for group, info in cls.model_fields.items():
            for name, field in cast(type[BaseModel], info.annotation).model_fields.items():
                yield group, name, field

    def updated(self, values: Mapping[str, object]) -> Self:
        """A copy with fields changed by name; texts are read as a user typed them.

        An empty text leaves a field to the model, the inputs or a draw, where these can decide it.
        InputError names the field, what is wrong with its value and what would be right.
        """
        changed: dict[str, dict[str, object]] = {}
        owner = {name: group for group, name, _ in self._fields()}
        for name, value in values.items():
            changed.setdefault(owner[name], {})[name] = value
        rebuilt = {group: _rebuilt(getattr(self, group), new) for group, new in changed.items()}
        return self.model_copy(update=rebuilt)

    def flat(self) -> dict[str, Any]:
        """Every field's value by its name."""
        return {name: getattr(getattr(self, group), name) for group, name, _ in self._fields()}


def chosen(settings: Settings, defaults: Settings) -> dict[str, str]:
    """What makes these settings of the defaults: texts by names, as a user would type them.

    In the order of the fields. `defaults.updated` with them gives the settings again.
    """
    usual = defaults.flat()
    return {name: text_of(value) for name, value in settings.flat().items() if value != usual[name]}


def _rebuilt(group: BaseModel, changed: dict[str, object]) -> BaseModel:
    fields = type(group).model_fields
    current = {name: getattr(group, name) for name in fields}
    read = {name: _opened(value, fields[name]) for name, value in changed.items()}
    try:
        return type(group).model_validate(current | read)
    except ValidationError as error:
        raise _input_error(error.errors()[0], fields) from None


def _opened(value: object, info: FieldInfo) -> object:
    return None if value == "" and info.default is None else value


def _input_error(details: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> InputError:
    name, written = str(details["loc"][0]), str(details["input"])
    shown = repr(written if len(written) <= 60 else written[:60] + "…")
    expected = f"write {describe(name, fields[name]).expected}"
    problem = details["msg"].removeprefix("Value error, ")
    if details["type"] == "value_error" and not problem.startswith("not a"):
        return InputError(name, f"{shown}: {problem}")
    if details["type"] == "string_too_long":
        longest = details["ctx"]["max_length"]
        return InputError(name, f"it has {len(written)} characters", f"the most is {longest}")
    if details["type"] == "string_pattern_mismatch":
        return InputError(name, f"{shown} won't do", f"it says: {fields[name].description}")
    return InputError(name, f"{shown} won't do", expected)
