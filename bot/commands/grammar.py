"""The grammar that every face shares: keyframed prompts, then `--flags`.

`0: a corgi | 60: a lion --neg dogs --steps 20 --guidance-scale 0: (5), 60: (9)`. `--neg` inside
the prompts belongs to its keyframe; everything else that looks like a flag must be one. `--preset`
names settings that are taken first. Some words ask for something else: `help`, `inspire` and
topics, `queue`, `cancel`, `models`, `presets`, `session list`, and `keyframes`, alone or before
flags.
"""

import re

from bot.commands.flags import (
    ALIASES,
    begins_with_flag,
    flag_values,
    read_flags,
    split_flags,
    written_flags,
)
from bot.commands.kinds import (
    COMMAND,
    Animate,
    Cancel,
    Command,
    Help,
    Inspire,
    Keyframes,
    Load,
    Models,
    Presets,
    Queue,
    Save,
    Sessions,
)
from engine.errors import InputError
from engine.media.keyframes import Mark
from engine.settings import Settings

EXAMPLE = "0: a red circle on a white background | 24: a blue star on a night sky"

# "a cat -steps 20" and "a cat--steps 20" mean a flag; "a cat -- steps" and "sun--" don't.
_MEANT = re.compile(r"(?:(?<=\s)-|(?<=[^\s-])--)(?P<name>[A-Za-z][\w-]{0,40})(?=[\s=])")
_ASKS_FOR_KEYFRAMES = re.compile(r"[/-]*keyframes(?:\s+|$)", re.IGNORECASE)
_INSPIRE = re.compile(r"inspire(?:\s+(?P<topics>.*))?", re.IGNORECASE | re.DOTALL)
# Of more than one word behind it prompts may be made: "cancel the sun, oil painting".
_CANCEL = re.compile(r"[/-]*cancel(?:\s+(?:place\s+)?(?P<which>\S+))?", re.IGNORECASE)
_SESSION = re.compile(
    r"session\s+(?P<verb>list|load|save)(?:\s+(?P<rest>.*))?", re.IGNORECASE | re.DOTALL
)
_LONGEST_COMMAND = 100_000
_ALONE: dict[str, Command] = {
    "queue": Queue(),
    "models": Models(),
    "presets": Presets(),
    "sessions": Sessions(),
    "inspire": Inspire(),
}
_OPTIONS = Settings.options()


def parse_command(text: str) -> Command:
    """The command a text means. InputError says what is wrong, where, and what would be right."""
    if len(text) > _LONGEST_COMMAND:
        raise InputError(
            "command", f"it has {len(text)} characters", f"the most is {_LONGEST_COMMAND}"
        )
    words = text.strip().removeprefix(COMMAND).strip()
    return (_named(words) if words else Help()) or _animate(words)


def parse_reply(text: str, like: str) -> Command:
    """What is replied to a session: a command of its own, or what it changes of the session."""
    return _named(text.strip().removeprefix(COMMAND).strip()) or parse_changes(text, like)


def _named(words: str) -> Command | None:
    """The command that a text names; None where it is prompts, flags or nothing."""
    if not words:
        return None
    if words.lower().strip("-/?!.") in ("", "help"):
        return Help()
    first, *more = words.lower().split()
    if first.strip("-/") == "help" and len(more) == 1:
        return Help(more[0].strip("-/?!."))
    asked = _ASKS_FOR_KEYFRAMES.match(words)
    if asked and (asked.end() == len(words) or begins_with_flag(words[asked.end() :])):
        return _keyframes(words[asked.end() :])
    return _by_word(words)


def parse_settings(text: str, defaults: Settings) -> Settings:
    """The settings that prompts and flags make of `defaults`."""
    prompts, flags = _split(text)
    return defaults.updated({"prompts": prompts} | read_flags(written_flags(flags)))


def _by_word(words: str) -> Command | None:
    """The command that a text's first words are the name of."""
    if command := _ALONE.get(words.lower().strip("-/?!.")):
        return command
    if asked := _CANCEL.fullmatch(words.rstrip("?!.")):
        return Cancel((asked["which"] or "").lower().lstrip("-#"))
    if asked := _INSPIRE.fullmatch(words):
        return Inspire((asked["topics"] or "").strip())
    if asked := _SESSION.fullmatch(words):
        return _session(asked["verb"].lower(), (asked["rest"] or "").strip())
    return None


def _session(verb: str, rest: str) -> Command:
    if verb == "list":
        return Sessions()
    if verb == "load":
        session, flags = split_flags(rest)
        groups = written_flags(flags).get("groups", "") if flags else ""
        return Load(session, tuple(re.findall(r"\w+", groups)))
    session, _, name = rest.partition(" as ")
    return Save(session.strip(), name.strip())


def parse_changes(text: str, like: str) -> Animate:
    """What a text changes of a session: prompts, flags, both or nothing.

    InputError as for a command.
    """
    prompts, flags = split_flags(text)
    if prompts:
        _check_prompts(prompts)
    values, preset = flag_values(flags)
    return Animate(({"prompts": prompts} if prompts else {}) | values, preset, like)


def _animate(words: str) -> Animate:
    prompts, flags = _split(words)
    values, preset = flag_values(flags)
    return Animate({"prompts": prompts} | values, preset)


def _split(text: str) -> tuple[str, str]:
    """Prompts and flags; InputError where there are no prompts or flags stand in them."""
    prompts, flags = split_flags(text)
    if not prompts:
        raise InputError("prompts", "there is no prompt before the flags", f"write {EXAMPLE}")
    _check_prompts(prompts)
    return prompts, flags


def _keyframes(flags: str) -> Keyframes:
    written = {flag.lower().replace("-", "_"): text for flag, text in written_flags(flags).items()}
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
    return Keyframes(read_flags(written), Mark.BEATS if beats == "on" else Mark.ONSETS)


def _check_prompts(prompts: str) -> None:
    """InputError where a setting's name stands in the prompts with one dash, or without a space."""
    for found in _MEANT.finditer(prompts):
        name = found["name"].lower().replace("-", "_")
        if ALIASES.get(name, name) in _OPTIONS:
            flag = f"--{found['name']}"
            raise InputError(
                "prompts", f"{found[0]!r} stands in a prompt", f"write a space and {flag}"
            )
