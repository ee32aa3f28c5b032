"""Words on their way between people and Slack's markup.

Slack writes links, people and channels as `<…>` and escapes `&`, `<` and `>`, nothing else:
https://docs.slack.dev/messaging/formatting-message-text
"""

import re

_MARKUP = re.compile(r"<(@|#|!|https?://|mailto:)([^<>|]*)(?:\|([^<>]*))?>")
_FORMATTING = re.compile(r"(?<!\w)[*_~`](?=\S)|^>")


def escape(text: str) -> str:
    """`text` as mrkdwn that can neither link nor ping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_typed(text: str, size: int) -> str:
    """`text` in a line of at most `size` characters, as mrkdwn that shows it as it is.

    Nothing escapes what Slack might show bold, struck or quoted: it is made code, less backticks.
    """
    line = " ".join(text.split())
    if not _FORMATTING.search(line):
        return clip(escape(line), size)
    code = escape(line.replace("`", "'"))
    return f"`{clip(code, size - 2)}`"


def bold(text: str, size: int) -> str:
    """The same in bold, unless it is code."""
    typed = as_typed(text, size - 2)
    return typed if not typed or typed.startswith("`") else f"*{typed}*"


def unescape(text: str) -> str:
    """Escaped text as it was."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(text: str) -> str:
    """What a user typed: links, people and channels as they read, entities turned back."""
    return unescape(_MARKUP.sub(_typed, text))


def _typed(markup: re.Match[str]) -> str:
    kind, target, label = markup.groups()
    if kind in ("@", "#"):
        return f"{kind}{label or target}"
    if kind == "!":
        return label or f"@{target}"
    return label or target if kind == "mailto:" else kind + target


def without_mention(text: str, user: str) -> str:
    """`text`, still in markup, less every mention of the user with this id."""
    return re.sub(rf"<@{re.escape(user)}(?:\|[^<>]*)?>", "", text).strip()


def pieces(text: str, size: int) -> list[str]:
    """Cut escaped text into parts of at most `size` characters, at line or word ends if it can."""
    parts = []
    while text:
        end = _cut(text, size)
        parts.append(text[:end])
        text = text[end:]
    return parts


def clip(text: str, size: int) -> str:
    """Escaped text of at most `size` characters; a cut is marked by an ellipsis."""
    return text if len(text) <= size else text[: _cut(text, size - 1)].rstrip() + "…"


def _cut(text: str, size: int) -> int:
    if len(text) <= size:
        return len(text)
    for boundary in ("\n", " "):
        end = text.rfind(boundary, size // 2, size)
        if end > 0:
            return end + 1
    # An entity is at most five characters long: never cut one in two.
    entity = text.rfind("&", size - 4, size)
    return entity if entity > 0 and ";" not in text[entity:size] else size
