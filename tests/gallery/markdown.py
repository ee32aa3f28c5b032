"""The part of Discord's markdown that the bot writes, as HTML; everything else is only text."""

import re
from html import escape

_BLOCK = re.compile(r"```\n(.*?)\n?```", re.DOTALL)
_SPAN = re.compile(
    r"\\(?P<plain>[^\w\s])|`(?P<code>[^`\n]+)`|\*\*(?P<bold>.+?)\*\*|(?P<char>.)", re.DOTALL
)


def to_html(text: str) -> str:
    """HTML for a text of a message."""
    parts = _BLOCK.split(text)
    shown = [
        f"<pre>{escape(part)}</pre>" if place % 2 else _spans(part.strip("\n"))
        for place, part in enumerate(parts)
    ]
    return "".join(shown)


def _spans(text: str) -> str:
    return "".join(_span(found) for found in _SPAN.finditer(text))


def _span(found: re.Match[str]) -> str:
    if found["plain"]:
        return escape(found["plain"])
    if found["code"]:
        return f"<code>{escape(found['code'])}</code>"
    if found["bold"]:
        return f"<b>{_spans(found['bold'])}</b>"
    return "<br>" if found["char"] == "\n" else escape(found["char"])
