"""Slack's markup as HTML.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re

from tests.gallery.slack.names import name_of
from tests.gallery.writing import written

_BLOCK = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_INLINE = re.compile(
    r"""(?<![\w`])`(?P<code>[^`\n]+)`(?![\w`])
    |(?<![\w*])\*(?P<strong>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])
    |(?<![\w_])_(?P<em>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])
    |(?<![\w~])~(?P<s>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])
    |<(?P<kind>@|\#|!)(?P<id>[^<>|]+)(?:\|[^<>]*)?>
    |<(?P<to>(?:https?://|mailto:)[^<>|]+)(?:\|(?P<label>[^<>]+))?>
    |(?<!\w):(?P<emoji>[a-z][a-z0-9_+-]*):(?!\w)
    """,
    re.VERBOSE,
)
_BARE = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)]")
_NAMED = re.compile(r"(?<!\w):([a-z][a-z0-9_+-]*):(?!\w)")
_EMOJI = {"warning": "⚠"}


def formatted(text: str, *, verbatim: bool = True) -> str:
    """A text with Slack's markup as HTML; a bare address is a link unless it is `verbatim`.

    LookupError names what can't be drawn.
    """
    parts, end = [], 0
    for block in _BLOCK.finditer(text):
        parts.append(_lines(text[end : block.start()].removesuffix("\n"), verbatim))
        parts.append(f"<pre>{_typed(block[1])}</pre>")
        end = block.end()
    return "".join(parts) + _lines(text[end:].removeprefix("\n" if end else ""), verbatim)


def plain(text: str) -> str:
    """A text without markup as HTML, in which there may be emoji by their names."""
    parts, end = [], 0
    for found in _NAMED.finditer(text):
        parts += [written(text[end : found.start()]), _emoji(found[1])]
        end = found.end()
    return "".join([*parts, written(text[end:])]).replace("\n", "<br>")


def _lines(text: str, verbatim: bool) -> str:
    return "".join(_line(line, verbatim) for line in text.split("\n")) if text else ""


def _line(line: str, verbatim: bool) -> str:
    if line.startswith("&gt;"):
        quoted = _inline(line.removeprefix("&gt;").lstrip(), verbatim)
        return f"<blockquote>{quoted}</blockquote>"
    return f"<div>{_inline(line, verbatim) or '<br>'}</div>"


def _inline(text: str, verbatim: bool) -> str:
    parts, end = [], 0
    for found in _INLINE.finditer(text):
        parts.append(_words(text[end : found.start()], verbatim))
        parts.append(_token(found, verbatim))
        end = found.end()
    return "".join(parts) + _words(text[end:], verbatim)


def _words(text: str, verbatim: bool) -> str:
    if verbatim:
        return _typed(text)
    parts, end = [], 0
    for found in _BARE.finditer(text):
        parts.append(_typed(text[end : found.start()]))
        parts.append(f'<span class="link">{_typed(found[0])}</span>')
        end = found.end()
    return "".join(parts) + _typed(text[end:])


def _token(found: re.Match[str], verbatim: bool) -> str:
    kind = next(name for name, value in found.groupdict().items() if value is not None)
    match kind:
        case "code":
            return f"<code>{_typed(found[kind])}</code>"
        case "kind":
            return _mention(found["kind"], found["id"])
        case "to":
            return f'<span class="link">{_typed(found["label"] or found["to"])}</span>'
        case "emoji":
            return _emoji(found[kind])
    return f"<{kind}>{_inline(found[kind], verbatim)}</{kind}>"


def _mention(kind: str, number: str) -> str:
    if kind == "!":
        raise LookupError(f"a ping or date can't be drawn: {number}")
    sign = "#" if kind == "#" else "@"
    return f'<span class="mention">{sign}{written(name_of(number))}</span>'


def _emoji(name: str) -> str:
    if name not in _EMOJI:
        raise LookupError(f"there is no drawing of the emoji :{name}:")
    return written(_EMOJI[name])


def _typed(text: str) -> str:
    """What stands for itself, once Slack's three entities are turned back."""
    return written(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
