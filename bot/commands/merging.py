"""One command of what a user gave in several places: chosen from options, typed in a form.

Each place is read by itself, so that nothing in one of them can pass for another's.
"""

from collections.abc import Mapping

from bot.commands.flags import begins_with_flag, flag_values
from bot.commands.kinds import Animate
from engine.errors import InputError


def parse_flags(text: str) -> Animate:
    """What flags alone say: `--steps 20 --preset calm`; InputError where words precede them."""
    text = text.strip()
    if text and not begins_with_flag(text):
        raise InputError("settings", f"{text[:60]!r} is no setting", "write it like --steps 20")
    return Animate(*flag_values(text))


def merged(parts: Mapping[str, Animate]) -> Animate:
    """One command of several, by what its user calls them; InputError where two say the same."""
    values: dict[str, object] = {}
    preset = ""
    given: dict[str, str] = {}
    for part, command in parts.items():
        for name in (*command.values, *(["preset"] if command.preset else [])):
            if name in given:
                where = f"in {given[name]} and in {part}"
                raise InputError(name, f"it is given twice, {where}", "give it once")
            given[name] = part
        values |= command.values
        preset = preset or command.preset
    return Animate(values, preset)


def write_flags(values: Mapping[str, str], preset: str = "") -> str:
    """Settings and a preset as a user types them; InputError where that would say another thing.

    It would where something in a text reads as a flag.
    """
    texts = {**values, **({"preset": preset} if preset else {})}
    flags = {name: _flag(name, text) for name, text in texts.items()}
    for name, flag in flags.items():
        meant = Animate(preset=preset) if name == "preset" else Animate({name: texts[name]})
        if parse_flags(flag) != meant:
            raise InputError(
                name, f"{texts[name][:60]!r} would read as several settings", "change it"
            )
    return " ".join(flags.values())


def _flag(name: str, text: str) -> str:
    # An empty text leaves a setting to the model or a draw; alone, a flag may be a switch.
    quoted = f'"{text}"' if not text or text.startswith(('"', "'", "“")) else text
    return f"--{name.replace('_', '-')} {quoted}"
