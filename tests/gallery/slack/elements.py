"""Buttons, menus and fields as HTML, and the texts on them."""

from collections.abc import Mapping
from typing import Any

from tests.gallery.shape import check_parts
from tests.gallery.slack.mrkdwn import formatted, plain
from tests.gallery.writing import written

Part = Mapping[str, Any]
_UNSEEN = {"type", "action_id", "focus_on_load", "dispatch_action_config"}
_LINES = 4
"""Lines of a box for several; more where more are filled in."""
_BUTTON = {"text", "value", "url", "style", "confirm", "accessibility_label"}
_MENU = {"placeholder", "options", "option_groups", "initial_option", "initial_options", "confirm",
         "max_selected_items"}  # fmt: skip
_TEXT_BOX = {"multiline", "initial_value", "placeholder", "min_length", "max_length"}
_NUMBER_BOX = {"is_decimal_allowed", "initial_value", "placeholder", "min_value", "max_value"}
_UPLOAD = (
    '<div class="upload"><svg viewBox="0 0 24 24"><path d="M7 18a4.5 4.5 0 0 1-.5-9 6 6 0 0 1'
    ' 11.5 1.5 3.8 3.8 0 0 1-1 7.500M12 20v-8m-3 3 3-3 3 3" fill="none" stroke="#616061"'
    ' stroke-width="1.7"/></svg><span>Drop files here or</span>'
    '<div class="button">Upload {what}</div></div>'
)


def text_of(text: Part) -> str:
    """A text object as HTML."""
    check_parts("a text", text, {"type", "text", "verbatim", "emoji"})
    match text["type"]:
        case "mrkdwn":
            return formatted(text["text"], verbatim=bool(text.get("verbatim")))
        case "plain_text":
            return plain(text["text"])
    raise LookupError(f"a text of type {text['type']} can't be drawn")


def drawn_element(element: Part) -> str:
    """A button, menu or field. LookupError names one that can't be drawn."""
    match element["type"]:
        case "button":
            return _button(element)
        case "overflow":
            _check(element, {"options", "confirm"})
            return '<div class="button overflow"><i></i><i></i><i></i></div>'
        case "static_select" | "multi_static_select":
            return _menu(element)
        case "plain_text_input":
            _check(element, _TEXT_BOX)
            return _box(element, _LINES if element.get("multiline") else 1)
        case "number_input":
            _check(element, _NUMBER_BOX)
            return _box(element, 1)
        case "file_input":
            _check(element, {"filetypes", "max_files"})
            return _UPLOAD.format(what="File" if element.get("max_files") == 1 else "Files")
        case "checkboxes" | "radio_buttons":
            return _choices(element)
    raise LookupError(f"an element {element['type']} can't be drawn")


def _check(element: Part, known: set[str]) -> None:
    check_parts(f"an element {element['type']}", element, _UNSEEN | known)


def _button(button: Part) -> str:
    _check(button, _BUTTON)
    style = button.get("style") or ""
    if style not in ("", "primary", "danger"):
        raise LookupError(f"a button of style {style} can't be drawn")
    return f'<div class="button {style}"><span>{text_of(button["text"])}</span></div>'


def _menu(menu: Part) -> str:
    _check(menu, _MENU)
    chosen = menu.get("initial_options") or [
        menu[key] for key in ("initial_option",) if key in menu
    ]
    words = ", ".join(text_of(option["text"]) for option in chosen)
    hint = text_of(menu["placeholder"]) if menu.get("placeholder") else "Choose an option"
    state = "chosen" if chosen else "empty"
    return f'<div class="menu {state}"><span>{words or hint}</span><i></i></div>'


def _box(element: Part, lines: int) -> str:
    value = element.get("initial_value") or ""
    hint = text_of(element["placeholder"]) if element.get("placeholder") else ""
    lines = max(lines, value.count("\n") + 1) if lines > 1 else 1
    text = written(value) if value else f'<span class="placeholder">{hint}</span>'
    return f'<div class="box" style="min-height:{lines * 22}px">{text}</div>'


def _choices(element: Part) -> str:
    _check(element, {"options", "initial_options", "initial_option", "confirm"})
    chosen = [*(element.get("initial_options") or []), element.get("initial_option")]
    kind = "radio" if element["type"] == "radio_buttons" else "tick"
    return "".join(_choice(option, kind, option in chosen) for option in element["options"])


def _choice(option: Part, kind: str, on: bool) -> str:
    check_parts("an option", option, {"text", "value", "description"})
    told = option.get("description")
    more = f'<div class="hint">{text_of(told)}</div>' if told else ""
    box = f'<i class="{kind}{" on" * on}"></i>'
    return f'<div class="choice">{box}<div>{text_of(option["text"])}{more}</div></div>'
