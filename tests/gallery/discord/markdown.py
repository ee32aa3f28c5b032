"""Discord's markdown as HTML.

https://support.discord.com/hc/en-us/articles/210298617-Markdown-Text-101
"""

import re

from tests.gallery.discord.names import name_of
from tests.gallery.writing import written

_BLOCK = re.compile(r"```(?:[\w+-]*\n)?\n*(.+?)\n*```", re.DOTALL)
_BULLET = re.compile(r"( *)[-*] +(.*)", re.DOTALL)
_HEADING = re.compile(r"(#{1,3}) +(.*)", re.DOTALL)
_INLINE = re.compile(
    r"""\\(?P<escaped>[^\w\s]|_)
    |(?P<ticks>`+)(?P<code>.+?)(?P=ticks)(?!`)
    |\*\*(?P<strong>(?:\\.|.)+?)\*\*(?!\*)
    |__(?P<u>(?:\\.|.)+?)__(?!_)
    |~~(?P<s>(?:\\.|.)+?)~~
    |\|\|(?P<spoiler>(?:\\.|.)+?)\|\|
    |\*(?P<em>[^\s*](?:\\.|[^*])*?)\*
    |(?<!\w)_(?P<em2>(?:\\.|[^_])+?)_(?!\w)
    |\[(?P<label>(?:\\.|[^\]])+)\]\((?P<to><?https?://[^)\s]+)\)
    |<?(?P<bare>https?://[^\s<>]+)>?
    |</(?P<command>[^:<>]+):\d+>
    |<(?P<kind>@[!&]?|\#)(?P<id>\d+)>
    |<(?P<timestamp>t:-?\d+)(?::\w)?>
    """,
    re.DOTALL | re.VERBOSE,
)


def formatted(text: str) -> str:
    """A text with Discord's markdown as HTML. LookupError names what can't be drawn."""
    parts, end = [], 0
    for block in _BLOCK.finditer(text):
        parts.append(_lines(text[end : block.start()].removesuffix("\n")))
        parts.append(f"<pre>{written(block[1])}</pre>")
        end = block.end()
    return "".join(parts) + _lines(text[end:].removeprefix("\n" if end else ""))


def _lines(text: str) -> str:
    return "".join(map(_line, text.split("\n"))) if text else ""


def _line(line: str) -> str:
    if bullet := _BULLET.fullmatch(line):
        return (
            f'<div class="bullet" style="margin-left:{len(bullet[1])}ch">{_inline(bullet[2])}</div>'
        )
    if line.startswith("-# "):
        return f'<div class="small">{_inline(line[3:])}</div>'
    if line.startswith("> "):
        return f"<blockquote>{_inline(line[2:])}</blockquote>"
    if heading := _HEADING.fullmatch(line):
        level = len(heading[1])
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    return f"<div>{_inline(line) or '<br>'}</div>"


def _inline(text: str) -> str:
    parts, end = [], 0
    for found in _INLINE.finditer(text):
        parts.append(written(text[end : found.start()]))
        parts.append(_token(found))
        end = found.end()
    return "".join(parts) + written(text[end:])


def _token(found: re.Match[str]) -> str:
    kind = next(name for name, value in found.groupdict().items() if value is not None)
    match kind:
        case "escaped":
            return written(found[kind])
        case "ticks":
            return f"<code>{written(found['code'].strip(' '))}</code>"
        case "em2":
            return f"<em>{_inline(found[kind])}</em>"
        case "spoiler":
            return f'<span class="spoiler">{_inline(found[kind])}</span>'
        case "label":
            return f'<span class="link">{_inline(found[kind])}</span>'
        case "bare":
            return f'<span class="link">{written(found[kind])}</span>'
        case "command":
            return f'<span class="mention">/{written(found[kind])}</span>'
        case "kind":
            sign = "#" if found[kind] == "#" else "@"
            return f'<span class="mention">{sign}{written(name_of(found["id"]))}</span>'
        case "timestamp":
            raise LookupError(f"a timestamp can't be drawn: <{found[kind]}>")
    return f"<{kind}>{_inline(found[kind])}</{kind}>"
