"""Discord's messages and forms as HTML, from the payloads that discord.py sent."""

import base64
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import av

from tests.gallery.markdown import to_html

Payload = dict[str, Any]

_STYLE = (Path(__file__).parent / "discord.css").read_text()
_BUTTONS = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
_AVATAR = (
    '<svg class="avatar" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="#2d2a6e"/>'
    '<path d="M4 30 Q16 8 34 12" stroke="#8ea0ff" stroke-width="5" fill="none" opacity=".5"/>'
    '<path d="M8 31 Q18 14 33 13" stroke="#ffd166" stroke-width="3" fill="none"/>'
    '<circle cx="32" cy="13" r="4.5" fill="#fff3c4"/></svg>'
)


class UnknownPartError(Exception):
    """A part of a message that isn't drawn here yet."""


def message_page(payload: Payload, files: dict[str, bytes], asked: str) -> str:
    """A page with the bot's message; `asked` is the command that it answers."""
    used = {embed["image"]["url"] for embed in payload.get("embeds", []) if embed.get("image")}
    loose = [name for name in files if f"attachment://{name}" not in used]
    parts = [
        *(_embed(embed, files) for embed in payload.get("embeds") or []),
        *(_picture(name, files[name]) for name in loose),
        *(_row(row) for row in payload.get("components") or []),
    ]
    content = to_html(payload.get("content") or "")
    alone = (
        '<div class="alone">👁 Only you can see this</div>' if payload.get("flags", 0) & 64 else ""
    )
    return _page(
        f'<div class="asked"><b>alice</b> used <span>{escape(asked)}</span></div>'
        f'<div class="message">{_AVATAR}<div class="body"><div class="author">Giffusion'
        f'<span class="app">APP</span><time>Today at 20:15</time></div>'
        f"{content}{''.join(parts)}{alone}</div></div>"
    )


def form_page(form: Payload) -> str:
    """A page with a form that opened."""
    fields = "".join(_field(label) for label in form["components"])
    return _page(
        f'<div class="form"><h1>{escape(form["title"])}</h1>{fields}'
        '<div class="send"><span>Cancel</span><span class="button primary">Submit</span></div>'
        "</div>"
    )


def _page(body: str) -> str:
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><main id="shot">{body}</main>'
    )


def _embed(embed: Payload, files: dict[str, bytes]) -> str:
    colour = f"#{embed.get('color', 0x4E5058):06x}"
    title = f'<div class="title">{to_html(embed["title"])}</div>' if embed.get("title") else ""
    text = to_html(embed.get("description") or "")
    image = embed.get("image") or {}
    name = image.get("url", "").removeprefix("attachment://")
    shown = _picture(name, files[name]) if name else ""
    words = (embed.get("footer") or {}).get("text")
    footer = f'<div class="footer">{escape(words)}</div>' if words else ""
    return (
        f'<div class="embed" style="border-color: {colour}">{title}<div>{text}</div>'
        f"{shown}{footer}</div>"
    )


def _picture(name: str, content: bytes) -> str:
    """A file of a message: a picture, or the middle of a film under a sign that it plays."""
    if not name.endswith((".mp4", ".gif", ".webp", ".png")):
        return f'<div class="file">{escape(name)}</div>'
    plays = '<i class="plays">▶</i>' if name.endswith(".mp4") else ""
    address = base64.b64encode(_still(content)).decode()
    covered = " covered" if name.startswith("SPOILER_") else ""
    return f'<div class="picture{covered}"><img src="data:image/png;base64,{address}">{plays}</div>'


def _still(content: bytes) -> bytes:
    with av.open(BytesIO(content)) as film:
        frames = list(film.decode(video=0))
    still = BytesIO()
    frames[len(frames) // 2].to_image().save(still, "PNG")
    return still.getvalue()


def _row(row: Payload) -> str:
    if row["type"] != 1:
        raise UnknownPartError(f"a component of type {row['type']}")
    return f'<div class="row">{"".join(map(_button, row["components"]))}</div>'


def _button(button: Payload) -> str:
    if button["type"] != 2:
        raise UnknownPartError(f"a component of type {button['type']}")
    emoji = (button.get("emoji") or {}).get("name", "")
    label = f"{emoji} {escape(button.get('label') or '')}".strip()
    link = " ↗" if button["style"] == 5 else ""
    return f'<span class="button {_BUTTONS[button["style"]]}">{label}{link}</span>'


def _field(label: Payload) -> str:
    if label["type"] != 18:
        raise UnknownPartError(f"a component of type {label['type']}")
    field = label["component"]
    about = f"<p>{escape(label['description'])}</p>" if label.get("description") else ""
    star = "<em>*</em>" if field.get("required", True) else ""
    return f"<label>{escape(label['label'])}{star}{about}{_input(field)}</label>"


def _input(field: Payload) -> str:
    match field["type"]:
        case 4:  # a text, of one line or many
            lines = "many" if field.get("style") == 2 else "one"
            value, hint = field.get("value") or "", field.get("placeholder") or ""
            shown = escape(value) if value else f"<i>{escape(hint)}</i>"
            return f'<div class="input {lines}">{shown}</div>'
        case 3:  # a choice
            chosen = [choice["label"] for choice in field["options"] if choice.get("default")]
            text = chosen[0] if chosen else field.get("placeholder") or "Make a selection"
            return f'<div class="input one choice">{escape(text)}<b>⌄</b></div>'
        case 19:  # files
            return '<div class="input upload">⬆ Drop files here, or browse</div>'
    raise UnknownPartError(f"a field of type {field['type']}")
