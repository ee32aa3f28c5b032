"""Text as HTML: whatever was written stands there as it was written."""

import html
import re

from tests.gallery.emoji import EMOJI, drawn_emoji
from tests.gallery.glyphs import CHINESE, drawn_character

_DRAWN = re.compile(f"(?P<emoji>{EMOJI.pattern})|(?P<chinese>{CHINESE.pattern})")


def written(text: str) -> str:
    """Text as HTML, with our own drawings for what a system's fonts may lack."""
    parts, end = [], 0
    for found in _DRAWN.finditer(text):
        parts.append(html.escape(text[end : found.start()]))
        parts.append(
            drawn_emoji(found[0]) if found["emoji"] is not None else drawn_character(found[0])
        )
        end = found.end()
    return "".join(parts) + html.escape(text[end:])
