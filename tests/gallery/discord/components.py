"""Buttons and menus as HTML."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.gallery.discord.names import name_of
from tests.gallery.emoji import drawn_emoji
from tests.gallery.writing import written

_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link-button"}
_TYPES = {
    9: "a section", 10: "a text display", 11: "a thumbnail", 12: "a media gallery",
    13: "a file", 14: "a separator", 17: "a container",
}  # fmt: skip
"""Components V2, which the bot doesn't use."""
_LEAVES = (
    '<svg class="out" viewBox="0 0 24 24"><path fill="currentColor" d="M15 2a1 1 0 0 1 1-1h6a1 1 0'
    " 0 1 1 1v6a1 1 0 1 1-2 0V4.41l-4.3 4.3a1 1 0 1 1-1.4-1.42L19.58 3H16a1 1 0 0 1-1-1M5"
    " 2a3 3 0 0 0-3 3v14a3 3 0 0 0 3 3h14a3 3 0 0 0 3-3v-6a1 1 0 1 0-2 0v6a1 1 0 0 1-1 1H5a1 1 0 0"
    ' 1-1-1V5a1 1 0 0 1 1-1h6a1 1 0 1 0 0-2z"/></svg>'
)
_CHOOSE = {3: "Make a selection", 5: "Select a user", 6: "Select a role",
           7: "Select a user or role", 8: "Select a channel"}  # fmt: skip


def drawn_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """A message's rows of components. LookupError names one that can't be drawn."""
    return "".join(map(_row, rows))


def drawn_menu(menu: Mapping[str, Any]) -> str:
    """A menu, closed, with what is chosen in it."""
    options = [option["label"] for option in menu.get("options", []) if option.get("default")]
    chosen = [*options, *(name_of(value["id"]) for value in menu.get("default_values", []))]
    text = ", ".join(chosen) or menu.get("placeholder") or _CHOOSE[menu["type"]]
    state = "chosen" if chosen else "hint"
    return f'<div class="menu {state}{_off(menu)}"><span>{written(text)}</span><i></i></div>'


def unknown(component: Mapping[str, Any]) -> LookupError:
    """What says that a component can't be drawn here."""
    kind = component["type"]
    return LookupError(f"{_TYPES.get(kind, f'a component of type {kind}')} can't be drawn here")


def _row(row: Mapping[str, Any]) -> str:
    if row["type"] != 1:
        raise unknown(row)
    return f'<div class="row">{"".join(map(_in_row, row["components"]))}</div>'


def _in_row(component: Mapping[str, Any]) -> str:
    match component["type"]:
        case 2:
            return _button(component)
        case 3 | 5 | 6 | 7 | 8:
            return drawn_menu(component)
    raise unknown(component)


def _button(button: Mapping[str, Any]) -> str:
    style = _STYLES.get(button["style"])
    if style is None:
        raise LookupError(f"a button of style {button['style']} can't be drawn")
    emoji = drawn_emoji(button["emoji"]["name"]) if button.get("emoji") else ""
    label = written(button.get("label") or "")
    leaves = _LEAVES if style == "link-button" else ""
    return f'<div class="button {style}{_off(button)}">{emoji}<span>{label}</span>{leaves}</div>'


def _off(component: Mapping[str, Any]) -> str:
    return " disabled" if component.get("disabled") else ""
