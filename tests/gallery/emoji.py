"""Our own drawings of the emoji that the bot uses: a system may have no font for them."""

import re

_PENCIL = (
    '<path d="m3 21 1-5L15 5l4 4L8 20z" fill="#ffb02e"/><path d="m15 5 2-2q1-1 2 0l2 2q1 1 0 2'
    'l-2 2z" fill="#f8312f"/><path d="m3 21 1-5 4 4z" fill="#f3d2b3"/>'
)
_REPEAT = (
    '<rect x="1" y="1" width="22" height="22" rx="4" fill="#3b88c3"/><g fill="none" stroke="#fff"'
    ' stroke-width="2"><path d="M6 12V8h11M14 5l3 3-3 3M18 12v4H7M10 13l-3 3 3 3"/></g>'
)
_SPARKLES = (
    '<g fill="#ffac33"><path d="m14 2 2 7 7 3-7 3-2 7-2-7-7-3 7-3z"/>'
    '<path d="m5 1 1 3 3 1-3 1-1 3-1-3-3-1 3-1z"/>'
    '<path d="m4 16 1 2 2 1-2 1-1 2-1-2-2-1 2-1z"/></g>'
)
_PICTURE = (
    '<rect x="1" y="3" width="22" height="18" rx="1" fill="#c1694f"/><path d="M3.5 5.5h17v13h-17z"'
    ' fill="#bbddf5"/><circle cx="16" cy="9" r="2" fill="#ffcc4d"/><path d="m3.5 18.5 5-7 4 5 3-3'
    ' 5 5z" fill="#5c913b"/>'
)
_FILM = (
    '<rect x="5" y="1" width="14" height="22" fill="#31373d"/><path d="M9 3h6v5H9zm0 6.500h6v5H9zM9'
    ' 16h6v5H9z" fill="#8ccaf7"/><g stroke="#fff" stroke-width="1.6" stroke-dasharray="1.6'
    ' 1.4"><path d="M7 2v20M17 2v20"/></g>'
)
_DISK = (
    '<path d="M2 2h17l3 3v17H2z" fill="#31373d"/><path d="M6 2h11v7H6z" fill="#ccd6dd"/>'
    '<path d="M13 3h2.500v5H13z" fill="#31373d"/><path d="M5 12h14v10H5z" fill="#e1e8ed"/>'
)
_BASKET = (
    '<path d="M4 7h16l-2 15H6z" fill="#99aab5"/><path d="M3 4h18v3H3zM9 2h6v2H9z" fill="#66757f"/>'
    '<path d="m9 10 .5 9m5.5-9-.5 9M12 10v9" stroke="#66757f" fill="none"/>'
)
_CLAPPER = (
    '<path d="M2 10h20v12H2z" fill="#3f7123"/><path d="m2 9 19-6 1 3-20 6z" fill="#31373d"/>'
    '<path d="m5 8 3 2 3-1-3-2zm6-2 3 2 3-1-3-2z" fill="#fff"/><path d="M2 10h20v3H2z"'
    ' fill="#31373d"/><path d="M4 10h3l-2 3H2zm7 0h3l-2 3H9zm7 0h3l-2 3h-3z" fill="#fff"/>'
)
_DIE = (
    '<rect x="2" y="2" width="20" height="20" rx="4" fill="#f5f8fa" stroke="#99aab5"/>'
    '<g fill="#be1931">'
    '<circle cx="7.5" cy="7.5" r="2"/><circle cx="12" cy="12" r="2"/>'
    '<circle cx="16.5" cy="16.5" r="2"/></g>'
)
_CROSS = '<path d="m4 4 16 16M20 4 4 20" stroke="#dd2e44" stroke-width="5" stroke-linecap="round"/>'
_LETTER = (
    '<rect x="1" y="4" width="22" height="16" rx="2" fill="#ccd6dd"/>'
    '<path d="m2 6 10 8L22 6" fill="none" stroke="#8899a6" stroke-width="2"/>'
)
_WARNING = (
    '<path d="M10.3 2.800a2 2 0 0 1 3.4 0l9.5 17a2 2 0 0 1-1.7 3H2.500a2 2 0 0 1-1.7-3z"'
    ' fill="#ffcc4d"/><path d="M12 8v7M12 18v2" stroke="#231f20" stroke-width="2.6"/>'
)

_DRAWINGS = {
    "✏": _PENCIL,
    "🔁": _REPEAT,
    "✨": _SPARKLES,
    "🖼": _PICTURE,
    "🎞": _FILM,
    "💾": _DISK,
    "🗑": _BASKET,
    "🎬": _CLAPPER,
    "🎲": _DIE,
    "❌": _CROSS,
    "✉": _LETTER,
    "⚠": _WARNING,
}
# Emoji, and signs that are one by the selector behind them; arrows and boxes are a font's.
EMOJI = re.compile("[\U0001f000-\U0001faff✂-➰☔-⛿]\ufe0f?|[\u2194-\u27bf]\ufe0f")


def drawn_emoji(emoji: str) -> str:
    """An emoji as HTML. LookupError names one that there is no drawing of."""
    drawing = _DRAWINGS.get(emoji.rstrip("\ufe0f"))
    if drawing is None:
        raise LookupError(f"there is no drawing of the emoji {emoji}")
    return f'<svg class="emoji" viewBox="0 0 24 24">{drawing}</svg>'
