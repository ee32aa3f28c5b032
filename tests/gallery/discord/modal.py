"""Forms as HTML."""

from collections.abc import Mapping
from typing import Any

from tests.gallery.discord.components import drawn_menu, unknown
from tests.gallery.discord.markdown import formatted
from tests.gallery.discord.style import STYLE
from tests.gallery.page import AVATAR, page
from tests.gallery.shape import check_parts
from tests.gallery.writing import written

_WARNING = (
    "This form will be submitted to <b>Giffusion</b>. "
    "Do not share passwords or other sensitive information."
)
_UPLOAD = (
    '<div class="upload"><svg viewBox="0 0 24 24"><path d="M12 16V4m-5 5 5-5 5 5M4 16v4h16v-4"'
    ' fill="none" stroke="#b5bac1" stroke-width="2"/></svg>'
    '<div>Drop file here or <span class="link">browse</span></div>'
    '<div class="hint">Upload up to {most} file{s}</div></div>'
)
_LINES = 4
"""Lines of a paragraph's box; more where more are filled in."""


def drawn_modal(form: Mapping[str, Any]) -> str:
    """A page with a form (the data of a response of type 9). LookupError as for messages."""
    check_parts("a form", form, {"title", "custom_id", "components"})
    fields = "".join(map(_part, form["components"]))
    return page(
        f'<div id="drawn" class="modal"><div class="head">{AVATAR}<h1>{written(form["title"])}</h1>'
        '<svg class="close" viewBox="0 0 24 24"><path d="m5 5 14 14M19 5 5 19"/></svg></div>'
        f'<div class="warning"><i>!</i><div>{_WARNING}</div></div>{fields}<div class="foot">'
        '<div class="button secondary">Cancel</div><div class="button primary">Submit</div>'
        "</div></div>",
        STYLE,
    )


def _part(part: Mapping[str, Any]) -> str:
    match part["type"]:
        case 1:
            return "".join(_label(item, item.get("label") or "") for item in part["components"])
        case 10:
            return f'<div class="text">{formatted(part["content"])}</div>'
        case 18:
            return _label(part["component"], part["label"], part.get("description") or "")
    raise unknown(part)


def _label(item: Mapping[str, Any], label: str, description: str = "") -> str:
    star = "<em>*</em>" if item.get("required", True) else ""
    told = f'<div class="hint">{written(description)}</div>' if description else ""
    return f'<div class="label"><h2>{written(label)}{star}</h2>{told}{_item(item)}</div>'


def _item(item: Mapping[str, Any]) -> str:
    match item["type"]:
        case 4:
            return _input(item)
        case 3 | 5 | 6 | 7 | 8:
            return drawn_menu(item)
        case 19:
            most = item.get("max_values") or 1
            return _UPLOAD.format(most=most, s="s" * (most > 1))
        case 21 | 22:
            kind = "radio" if item["type"] == 21 else "tick"
            return "".join(_choice(kind, option) for option in item["options"])
    raise unknown(item)


def _input(item: Mapping[str, Any]) -> str:
    value, hint = item.get("value") or "", item.get("placeholder") or ""
    kind = "paragraph" if item["style"] == 2 else "short"
    lines = max(_LINES, value.count("\n") + 1) if kind == "paragraph" else 1
    text = written(value) if value else f'<span class="hint">{written(hint)}</span>'
    return f'<div class="input {kind}" style="min-height:{lines * 20}px">{text}</div>'


def _choice(kind: str, option: Mapping[str, Any]) -> str:
    on = " on" if option.get("default") else ""
    return f'<div class="choice"><i class="{kind}{on}"></i>{written(option["label"])}</div>'
