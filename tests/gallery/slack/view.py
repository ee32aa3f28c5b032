"""Modals and App Home as HTML."""

from collections.abc import Mapping
from typing import Any

from tests.gallery.page import AVATAR, page
from tests.gallery.shape import check_parts
from tests.gallery.slack.blocks import Files, drawn_blocks
from tests.gallery.slack.elements import text_of
from tests.gallery.slack.style import STYLE

_UNSEEN = {
    "type", "callback_id", "private_metadata", "external_id", "clear_on_close", "notify_on_close",
    "submit_disabled",
}  # fmt: skip
_CROSS = '<svg class="close" viewBox="0 0 24 24"><path d="m6 6 12 12M18 6 6 18"/></svg>'


def drawn_modal(view: Mapping[str, Any]) -> str:
    """A page with a modal (what views.open takes). LookupError as for messages."""
    _check(view, "modal", {"title", "close", "submit", "blocks"})
    submit = text_of(view["submit"]) if view.get("submit") else ""
    usual = "Cancel" if submit else "Close"
    close = text_of(view["close"]) if view.get("close") else usual
    primary = f'<div class="button primary">{submit}</div>' if submit else ""
    foot = f'<div class="foot"><div class="button">{close}</div>{primary}</div>'
    return page(
        f'<div id="drawn" class="modal"><div class="head">{AVATAR}<h1>{text_of(view["title"])}</h1>'
        f"{_CROSS}</div>{drawn_blocks(view['blocks'], {})}{foot}</div>",
        STYLE,
    )


def drawn_home(view: Mapping[str, Any], pictures: Files) -> str:
    """A page with App Home (what views.publish takes), with the workspace's pictures by id."""
    _check(view, "home", {"blocks"})
    tabs = "".join(
        f'<span class="tab{" here" * (tab == "Home")}">{tab}</span>'
        for tab in ("Home", "Messages", "About")
    )
    return page(
        f'<div id="drawn" class="home"><div class="head">{AVATAR}<h1>Giffusion</h1></div>'
        f'<div class="tabs">{tabs}</div>{drawn_blocks(view["blocks"], pictures)}</div>',
        STYLE,
    )


def _check(view: Mapping[str, Any], kind: str, known: set[str]) -> None:
    if view["type"] != kind:
        raise LookupError(f"a view {view['type']} is no {kind}")
    check_parts(f"a view {kind}", view, _UNSEEN | known)
