"""Presets: settings with a name. Some come along; an operator adds more, or replaces them.

A preset is taken before what its user chooses besides, and over the operator's defaults.
"""

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from engine.errors import InputError
from engine.settings import Settings

_EVERYBODYS_OWN = frozenset({"prompts", "negative_prompt", "seed", "resample"})

Value = str | int | float | bool


def _usable(settings: dict[str, Value]) -> dict[str, Value]:
    """The settings themselves; ValueError where there is no such setting or value."""
    options = Settings.options()
    for name in settings:
        if name not in options or name in _EVERYBODYS_OWN:
            raise ValueError(f"{name} is no setting of a preset")
    try:
        Settings().updated(settings)
    except InputError as error:
        raise ValueError(str(error)) from None
    return settings


class Preset(BaseModel):
    """One `[presets.NAME]` table of settings.toml, or of those that come along."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str = Field(min_length=1, max_length=100)
    settings: Annotated[dict[str, Value], AfterValidator(_usable)]


@cache
def shipped_presets() -> Mapping[str, Preset]:
    """Those that come along, by name."""
    tables = tomllib.loads(files("engine").joinpath("presets.toml").read_text("utf-8"))
    return {name: Preset.model_validate(table) for name, table in tables.items()}


def preset_of(presets: Mapping[str, Preset], name: str) -> Preset:
    """The preset of a name; InputError tells which there are."""
    if name in presets:
        return presets[name]
    near = difflib.get_close_matches(name, presets, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(presets)}"
    raise InputError("preset", f"there is no {name[:60]!r}", remedy)
