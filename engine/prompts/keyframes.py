"""Keyframed prompts: what the picture shows, and when.

One keyframe is `frame: prompt`; a new line or ` | ` starts the next one. A key may be in seconds
(`2.5s: …`), and a keyframe may end in ` --neg …`, what it should not show. Deforum's JSON
(`{"0": "…", "60": "…"}`) is read too, also with what people's typing makes of it. A text without
any key is the prompt of frame 0.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from engine.errors import InputError
from engine.prompts.pasted_json import is_json, parse_pairs

_SETTING = "prompts"
# A bar between spaces, or before a key. Each pattern here looks at a run of spaces only once: texts
# are hostile, and 60,000 spaces must not cost their square.
_SPLIT = re.compile(r"\n|(?<=\s)\|(?=\s)|\|(?=\s*[+-]?\d+(?:\.\d*)?\s*(?:s\s*)?[:：])")
_KEY = re.compile(r"(?P<number>[+-]?\d+(?:\.\d*)?|[+-]?\.\d+)\s*(?P<unit>s\s*)?[:：](?!//)")
_NEGATIVE = re.compile(r"(?:^|\s)(?:--|—|–)neg(?:\s|=|$)", re.IGNORECASE)
_NO_CHARACTER = re.compile("[\ud800-\udfff]")
_EXAMPLE = "write keyframes like 0: a corgi | 60: a lion"
_JSON_EXAMPLE = 'write {"0": "a corgi", "60": "a lion"}'
_LONGEST_TEXT = 60_000
_LONGEST_KEY = 12  # characters; the exact bound is the operator's, held before any work is done


@dataclass(frozen=True, slots=True)
class PromptKey:
    """One keyframe as written: at `position` frames, or seconds where `in_seconds` is true."""

    position: Fraction
    in_seconds: bool
    prompt: str
    negative_prompt: str | None

    def frame(self, fps: Fraction) -> int:
        """The frame it stands at, for a frame rate in frames a second."""
        return round(self.position * fps) if self.in_seconds else int(self.position)


def parse_prompts(text: str) -> tuple[PromptKey, ...]:
    """The keyframes of a text, in the order they were written. InputError says what is wrong."""
    if len(text) > _LONGEST_TEXT:
        raise InputError(
            _SETTING,
            f"the text has {len(text)} characters",
            f"the most is {_LONGEST_TEXT}",
        )
    text = text.removeprefix("\ufeff")  # some editors begin a file with it
    if is_json(text):
        return _parse_json(text)
    entries = [entry.strip().strip("|").strip() for entry in _SPLIT.split(text)]
    entries = [entry for entry in entries if entry]
    if not entries:
        raise InputError(_SETTING, "there is no prompt", _EXAMPLE)
    if len(entries) == 1 and not _KEY.match(entries[0]):
        return (_prompt_key(Fraction(0), False, entries[0]),)
    return tuple(_parse_entry(entry, place) for place, entry in enumerate(entries, 1))


def _parse_entry(entry: str, place: int) -> PromptKey:
    key = _KEY.match(entry)
    if not key:
        raise InputError(
            _SETTING,
            f"keyframe {place} ({_short(entry)}) has no frame number before a colon",
            _EXAMPLE,
        )
    position, in_seconds = _position(key, f"keyframe {place}")
    return _prompt_key(position, in_seconds, entry[key.end() :])


def _position(key: re.Match[str], where: str) -> tuple[Fraction, bool]:
    written, in_seconds = key[0].rstrip(":： "), key["unit"] is not None
    if len(key["number"]) > _LONGEST_KEY:
        raise InputError(_SETTING, f"{where} is at {_short(written)}", "that is too far")
    number = Fraction(key["number"])
    if number < 0:
        raise InputError(_SETTING, f"{where} is at {written}", "frames count from 0")
    if not in_seconds and number.denominator != 1:
        raise InputError(
            _SETTING,
            f"{where} is at {written}, which is no whole frame",
            f"write a whole number, or seconds as {written}s:",
        )
    return number, in_seconds


def _prompt_key(position: Fraction, in_seconds: bool, text: str) -> PromptKey:
    prompt, *negative = _NEGATIVE.split(text, maxsplit=1)
    return PromptKey(
        position, in_seconds, prompt.strip(), negative[0].strip() if negative else None
    )


def _parse_json(text: str) -> tuple[PromptKey, ...]:
    try:
        pairs = parse_pairs(text)
    except ValueError as error:
        raise InputError(_SETTING, f"the JSON can't be read ({error})", _JSON_EXAMPLE) from None
    if not pairs:
        raise InputError(_SETTING, "there is no prompt", _JSON_EXAMPLE)
    return tuple(_parse_pair(key, prompt) for key, prompt in pairs)


def _parse_pair(key: str, prompt: object) -> PromptKey:
    match = _KEY.fullmatch(f"{key.strip()}:")
    if not match:
        raise InputError(_SETTING, f"{_short(key)} is no frame number", _JSON_EXAMPLE)
    position, in_seconds = _position(match, f"the key {_short(key)}")
    if not isinstance(prompt, str):
        raise InputError(_SETTING, f"the prompt at {key} is no text", _JSON_EXAMPLE)
    if _NO_CHARACTER.search(prompt):
        raise InputError(_SETTING, f"the prompt at {key} has half a character (\\ud800 to \\udfff)")
    return _prompt_key(position, in_seconds, prompt)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")
