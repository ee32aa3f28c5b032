"""Embeds as HTML."""

from collections.abc import Mapping
from typing import Any

from tests.gallery.discord.markdown import formatted
from tests.gallery.files import drawn_picture
from tests.gallery.shape import check_parts
from tests.gallery.writing import written

_PARTS = {"type", "title", "description", "color", "fields", "footer", "image", "flags"}
_ATTACHED = "attachment://"


def drawn_embed(embed: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    """An embed, with its picture from the message's files. LookupError names what is unknown."""
    check_parts("an embed", embed, _PARTS)
    parts = []
    if title := embed.get("title"):
        parts.append(f'<div class="title">{formatted(title)}</div>')
    if description := embed.get("description"):
        parts.append(f'<div class="description">{formatted(description)}</div>')
    if fields := embed.get("fields"):
        parts.append(f'<div class="fields">{"".join(map(_field, fields))}</div>')
    if name := attached_name(embed):
        parts.append(f'<div class="image">{drawn_picture(files[name])}</div>')
    if footer := embed.get("footer"):
        parts.append(f'<div class="footer">{written(footer["text"])}</div>')
    colour = f"#{embed.get('color') or 0x1E1F22:06x}"
    return f'<div class="embed" style="border-left-color:{colour}">{"".join(parts)}</div>'


def attached_name(embed: Mapping[str, Any]) -> str | None:
    """The file that is an embed's picture. LookupError where the picture is on the internet."""
    if not embed.get("image"):
        return None
    url: str = embed["image"]["url"]
    if not url.startswith(_ATTACHED):
        raise LookupError(f"nothing is fetched: {url}")
    return url.removeprefix(_ATTACHED)


def _field(field: Mapping[str, Any]) -> str:
    wide = "" if field.get("inline") else " wide"
    return (
        f'<div class="field{wide}"><div class="name">{formatted(field["name"])}</div>'
        f"{formatted(field['value'])}</div>"
    )
