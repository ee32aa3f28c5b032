"""Deforum's prompts: a JSON object of frames and texts, also as people write and paste it.

Beyond JSON's own grammar: a comma after the last pair, single or curly quotes, keys without quotes,
a backslash before anything, line breaks in a text, and the pairs without the braces.
"""

import json
import re

_QUOTED = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_PAIR = re.compile(
    rf"\s*(?P<key>{_QUOTED}|[\w.+-]{{1,40}})\s*:\s*(?P<text>{_QUOTED})\s*(?:,\s*|$)", re.DOTALL
)
_START = re.compile(r"\s*(?:\{|[\"'“‘]\s?[\d.]{1,12}\s?s?\s?[\"'”’]\s*:)")
_STRAIGHT = str.maketrans("“”„‘’", '"""\'\'')
_ESCAPE = re.compile(r'\\(?:(?P<known>["\\/bfnrt]|u[0-9a-fA-F]{4})|(?P<quote>\')|)|(?P<bare>")')


def is_json(text: str) -> bool:
    """Whether a text means to be JSON: it starts with a brace, or with a key in quotes."""
    return _START.match(text) is not None


def parse_pairs(text: str) -> list[tuple[str, object]]:
    """The keys and what stands at them, in order, doubles too. ValueError says what is wrong."""
    try:
        pairs: list[tuple[str, object]] = json.loads(text, object_pairs_hook=list, strict=False)
    except (ValueError, RecursionError) as error:
        loose = _loose_pairs(text) or _loose_pairs(text.translate(_STRAIGHT))
        if loose is None:
            raise ValueError(str(error)) from None
        return loose
    return pairs


def _loose_pairs(text: str) -> list[tuple[str, object]] | None:
    """The pairs of what is nearly JSON; None where it can't be told what is meant."""
    inner = text.strip().removeprefix("{").removesuffix("}").strip()
    pairs: list[tuple[str, object]] = []
    at = 0
    while at < len(inner):
        pair = _PAIR.match(inner, at)
        if not pair:
            return None
        pairs.append((pair["key"].strip("\"'"), _unquoted(pair["text"])))
        at = pair.end()
    return pairs or None


def _unquoted(text: str) -> str:
    """A quoted text itself, where JSON's escapes mean what they say and other backslashes stay."""

    def escape(found: re.Match[str]) -> str:
        if found["bare"]:
            return '\\"'
        return found[0] if found["known"] else found["quote"] or "\\\\"

    unquoted: str = json.loads(f'"{_ESCAPE.sub(escape, text[1:-1])}"', strict=False)
    return unquoted
