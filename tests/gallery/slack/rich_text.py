"""Rich text, which nothing in it can format or ping, as HTML."""

from collections.abc import Mapping
from typing import Any

from tests.gallery.shape import check_parts
from tests.gallery.writing import written

Part = Mapping[str, Any]
_TAGS = {"bold": "strong", "italic": "em", "strike": "s", "code": "code"}


def drawn_rich_text(elements: list[Part]) -> str:
    """The elements of a block. LookupError names one that can't be drawn."""
    return "".join(map(_element, elements))


def _element(element: Part) -> str:
    kind = element["type"]
    check_parts(f"an element {kind}", element, {"type", "elements", "border"})
    inside = "".join(map(_text, element["elements"]))
    match kind:
        case "rich_text_section":
            return f"<div>{inside}</div>"
        case "rich_text_preformatted":
            return f"<pre>{inside}</pre>"
        case "rich_text_quote":
            return f"<blockquote>{inside}</blockquote>"
    raise LookupError(f"an element {kind} can't be drawn")


def _text(part: Part) -> str:
    check_parts("rich text", part, {"type", "text", "url", "style"})
    style = part.get("style") or {}
    check_parts("a style", style, _TAGS)
    match part["type"]:
        case "text":
            words = written(part["text"])
        case "link":
            words = f'<span class="link">{written(part.get("text") or part["url"])}</span>'
        case kind:
            raise LookupError(f"rich text with a {kind} can't be drawn")
    for name, tag in _TAGS.items():
        if style.get(name):
            words = f"<{tag}>{words}</{tag}>"
    return words
