"""The grammar that every face shares: keyframed prompts, then `--flags`.

`0: a corgi | 60: a lion --neg dogs --steps 20 --guidance-scale 0: (5), 60: (9)`: a flag's value
goes on until the next flag, so schedules need no quotes. `--neg` inside the prompts belongs to its
keyframe; everything else that looks like a flag must be one.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import InputError
from engine.options import Option
from engine.settings import Settings

COMMAND = "/giffusion"
EXAMPLE = "0: a red circle on a white background | 24: a blue star on a night sky"

# Phones turn a typed "--" into a dash.
_FLAG = re.compile(r"(?:(?<=\s)|^)(?:--|—|–)(?P<name>[A-Za-z][\w-]*)(?:\s*=\s*|\s+|$)")
_LONGEST_COMMAND = 100_000
_ALIASES = {"neg": "negative_prompt"}
_OPTIONS = Settings.options()


@dataclass(frozen=True, slots=True)
class Animate:
    """Make an animation from these settings."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class Help:
    """Tell how the command is used."""


Command = Animate | Help


def parse_command(text: str, defaults: Settings) -> Command:
    """The command a text means. InputError says what is wrong, where, and what would be right."""
    if len(text) > _LONGEST_COMMAND:
        raise InputError(
            "command", f"it has {len(text)} characters", f"the most is {_LONGEST_COMMAND}"
        )
    words = text.strip().removeprefix(COMMAND).strip()
    if words.lower().strip("-/?!.") in ("", "help"):
        return Help()
    return Animate(parse_settings(words, defaults))


def parse_settings(text: str, defaults: Settings) -> Settings:
    """The settings that prompts and flags make of `defaults`."""
    flags = list(_FLAG.finditer(text))
    start = next((flag.start() for flag in flags if flag["name"] != "neg"), len(text))
    prompts = text[:start].strip()
    if not prompts:
        raise InputError("prompts", "there is no prompt before the flags", f"write {EXAMPLE}")
    flags = [flag for flag in flags if flag.start() >= start]
    ends = [*(flag.start() for flag in flags[1:]), len(text)]
    written = {flag["name"]: text[flag.end() : end] for flag, end in zip(flags, ends, strict=False)}
    return defaults.updated({"prompts": prompts} | read_flags(written))


def read_flags(written: Mapping[str, str]) -> dict[str, object]:
    """Settings' names and their texts, from flags as a user wrote them, without the dashes."""
    values: dict[str, object] = {}
    for flag, text in written.items():
        name, option, negated = _option(flag)
        value = _unquoted(text.strip())
        if negated:
            value = "off"
        elif option.choices:
            value = value.lower()
        elif not value and option.type is bool:
            value = "on"
        elif not value and option.type is not str:
            raise InputError(name, "it has no value", f"write {option.flag} and {option.expected}")
        values[name] = value
    return values


def _option(flag: str) -> tuple[str, Option, bool]:
    """The setting that a flag names, and whether it is switched off by a `no-`."""
    name = flag.lower().replace("-", "_")
    name = _ALIASES.get(name, name)
    if name in _OPTIONS:
        return name, _OPTIONS[name], False
    switched = name.removeprefix("no_")
    if switched != name and switched in _OPTIONS and _OPTIONS[switched].type is bool:
        return switched, _OPTIONS[switched], True
    near = difflib.get_close_matches(name, _OPTIONS, n=1)
    remedy = f"did you mean {_OPTIONS[near[0]].flag}?" if near else f"see {COMMAND} help"
    raise InputError(f"--{flag[:60]}", "there is no such setting", remedy)


def _unquoted(text: str) -> str:
    for pair in ('""', "''", "“”"):
        if len(text) > 1 and text[0] == pair[0] and text[-1] == pair[1]:
            return text[1:-1]
    return text


def help_text() -> str:
    """What the command takes, in a few lines fit for any chat."""
    flags = [
        f"{option.flag}: {option.description}"
        + (f" (default {option.default})" if option.default else "")
        for name, option in _OPTIONS.items()
        if name != "prompts"
    ]
    return "\n".join(
        [
            "Describe what the animation shows at which frame; it glides from one to the next:",
            f"{COMMAND} {EXAMPLE}",
            "A keyframe may end in --neg and what not to show. Keys may be in seconds, as 2s:.",
            "Then, if you like, any of these:",
            *flags,
        ]
    )
