"""The grammar that every face shares: keyframed prompts, then `--flags`.

`0: a corgi | 60: a lion --neg dogs --steps 20 --guidance-scale 0: (5), 60: (9)`: a flag's value
goes on until the next flag, so schedules need no quotes. `--neg` inside the prompts belongs to its
keyframe; everything else that looks like a flag must be one. `keyframes`, alone or before flags,
asks for those of an attached sound.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.errors import InputError
from engine.groups.media import AudioComponent
from engine.media.keyframes import Mark
from engine.options import Option
from engine.settings import Settings

COMMAND = "/giffusion"
EXAMPLE = "0: a red circle on a white background | 24: a blue star on a night sky"

# Phones turn a typed "--" into a dash.
_FLAG = re.compile(r"(?:(?<=\s)|^)(?:--|—|–)(?P<name>[A-Za-z][\w-]*)(?:\s*=\s*|\s+|$)")
# "a cat -steps 20" and "a cat--steps 20" mean a flag; "a cat -- steps" and "sun--" don't.
_MEANT = re.compile(r"(?:(?<=\s)-|(?<=[^\s-])--)(?P<name>[A-Za-z][\w-]{0,40})(?=[\s=])")
_KEYFRAME = re.compile(r"[|\n]\s{0,9}\d{1,12}(?:\.\d{0,9})?\s?s?\s?[:：]")
_ASKS_FOR_KEYFRAMES = re.compile(r"[/-]*keyframes(?:\s+|$)", re.IGNORECASE)
_LONGEST_COMMAND = 100_000
ALIASES = {"neg": "negative_prompt"}
_OPTIONS = Settings.options()


@dataclass(frozen=True, slots=True)
class Animate:
    """Make an animation from these settings."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class Help:
    """Tell how the command is used; with a `topic`, all of one group of settings or one of them."""

    topic: str = ""


@dataclass(frozen=True, slots=True)
class Keyframes:
    """Find the keyframes of an attached sound. `fps` is None where the attached clip's is to do."""

    fps: Fraction | None
    component: AudioComponent
    mark: Mark


Command = Animate | Help | Keyframes


def parse_command(text: str, defaults: Settings) -> Command:
    """The command a text means. InputError says what is wrong, where, and what would be right."""
    if len(text) > _LONGEST_COMMAND:
        raise InputError(
            "command", f"it has {len(text)} characters", f"the most is {_LONGEST_COMMAND}"
        )
    words = text.strip().removeprefix(COMMAND).strip()
    if words.lower().strip("-/?!.") in ("", "help"):
        return Help()
    first, *more = words.lower().split()
    if first.strip("-/") == "help" and len(more) == 1:
        return Help(more[0].strip("-/?!."))
    asked = _ASKS_FOR_KEYFRAMES.match(words)
    if asked and (asked.end() == len(words) or _FLAG.match(words, asked.end())):
        return _keyframes(words[asked.end() :], defaults)
    return Animate(parse_settings(words, defaults))


def parse_settings(text: str, defaults: Settings) -> Settings:
    """The settings that prompts and flags make of `defaults`."""
    flags = (flag for flag in _FLAG.finditer(text) if flag["name"].lower() != "neg")
    start = next((flag.start() for flag in flags), len(text))
    prompts = text[:start].strip()
    if not prompts:
        raise InputError("prompts", "there is no prompt before the flags", f"write {EXAMPLE}")
    _check_prompts(prompts)
    return defaults.updated({"prompts": prompts} | read_flags(_flags(text[start:])))


def _flags(text: str) -> dict[str, str]:
    """The names and texts of flags, of which the first begins the text."""
    flags = list(_FLAG.finditer(text))
    ends = [*(flag.start() for flag in flags[1:]), len(text)]
    return {flag["name"]: text[flag.end() : end] for flag, end in zip(flags, ends, strict=False)}


def _keyframes(flags: str, defaults: Settings) -> Keyframes:
    written = {flag.lower().replace("-", "_"): text for flag, text in _flags(flags).items()}
    beats = written.pop("beats", "off").strip().lower() or "on"
    if beats not in ("on", "off"):
        raise InputError("beats", f"{beats[:60]!r} won't do", "write --beats alone, or on or off")
    for flag in written:
        if flag not in ("fps", "audio_component"):
            raise InputError(
                f"--{flag[:60].replace('_', '-')}",
                "keyframes don't take it",
                "they take --fps, --audio-component and --beats",
            )
    settings = defaults.updated(read_flags(written))
    mark = Mark.BEATS if beats == "on" else Mark.ONSETS
    return Keyframes(settings.output.fps, settings.media.audio_component, mark)


def _check_prompts(prompts: str) -> None:
    """InputError where a setting's name stands in the prompts with one dash, or without a space."""
    for found in _MEANT.finditer(prompts):
        name = found["name"].lower().replace("-", "_")
        if ALIASES.get(name, name) in _OPTIONS:
            flag = f"--{found['name']}"
            raise InputError(
                "prompts", f"{found[0]!r} stands in a prompt", f"write a space and {flag}"
            )


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
        elif name == "negative_prompt" and _KEYFRAME.search(value):
            raise InputError(
                name, "a keyframe stands in it", "write all keyframes before the flags"
            )
        values[name] = value
    return values


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
