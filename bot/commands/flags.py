"""Flags behind prompts: `--steps 20 --guidance-scale 0: (5), 60: (9)`.

A flag's value goes on until the next flag, so schedules need no quotes.
"""

import difflib
import re
from collections.abc import Mapping

from bot.commands.kinds import COMMAND
from engine.errors import InputError
from engine.options import Option
from engine.settings import Settings

# Phones turn a typed "--" into a dash.
_FLAG = re.compile(r"(?:(?<=\s)|^)(?:--|—|–)(?P<name>[A-Za-z][\w-]*)(?:\s*=\s*|\s+|$)")
_KEYFRAME = re.compile(r"[|\n]\s{0,9}\d{1,12}(?:\.\d{0,9})?\s?s?\s?[:：]")
ALIASES = {"neg": "negative_prompt"}
_OPTIONS = Settings.options()


def split_flags(text: str) -> tuple[str, str]:
    """The prompts of a command, and the flags behind them; `--neg` belongs to the prompts."""
    flags = (flag for flag in _FLAG.finditer(text) if flag["name"].lower() != "neg")
    start = next((flag.start() for flag in flags), len(text))
    return text[:start].strip(), text[start:].strip()


def begins_with_flag(text: str) -> bool:
    """Whether a text is flags alone."""
    return _FLAG.match(text) is not None


def written_flags(text: str) -> dict[str, str]:
    """The names and texts of flags, of which the first begins the text."""
    flags = list(_FLAG.finditer(text))
    ends = [*(flag.start() for flag in flags[1:]), len(text)]
    return {flag["name"]: text[flag.end() : end] for flag, end in zip(flags, ends, strict=False)}


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
        elif not text.strip() and option.type is not str:
            raise InputError(name, "it has no value", f"write {option.flag} and {option.expected}")
        elif name == "negative_prompt" and _KEYFRAME.search(value):
            raise InputError(
                name, "a keyframe stands in it", "write all keyframes before the flags"
            )
        values[name] = value
    return values


def flag_values(flags: str) -> tuple[dict[str, object], str]:
    """The settings' names and texts that flags give, and the preset that they name."""
    written = {flag.lower(): text for flag, text in written_flags(flags).items()}
    preset = written.pop("preset", "").strip()
    return read_flags(written), preset


def _option(flag: str) -> tuple[str, Option, bool]:
    """The setting that a flag names, and whether it is switched off by a `no-`."""
    name = flag.lower().replace("-", "_")
    name = ALIASES.get(name, name)
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
