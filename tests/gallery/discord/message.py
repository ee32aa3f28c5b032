"""A message of the bot's as Discord's desktop client shows it, from what the bot sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.gallery.discord.components import drawn_rows
from tests.gallery.discord.embeds import attached_name, drawn_embed
from tests.gallery.discord.files import drawn_file
from tests.gallery.discord.markdown import formatted
from tests.gallery.discord.style import STYLE
from tests.gallery.emoji import drawn_emoji
from tests.gallery.page import AVATAR, USER_AVATAR, page
from tests.gallery.shape import check_parts
from tests.gallery.writing import written

_SEEN = {"content", "embeds", "components", "attachments"}
_UNSEEN = {"allowed_mentions", "nonce", "enforce_nonce", "tts", "flags", "message_reference"}
_EPHEMERAL = 64
_TIME = "Today at 20:15"


@dataclass(frozen=True)
class Message:
    """A message to be drawn: the bot's payload, its files by name, and what stands around it.

    `command` is what alice used, `said` what she wrote that it answers; `reactions` have their
    numbers. Only alice sees a `private` one.
    """

    payload: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    command: str = ""
    said: str = ""
    reactions: Mapping[str, int] = field(default_factory=dict)
    private: bool = False


def drawn_message(message: Message) -> str:
    """A page with a message. LookupError names what in it can't be drawn."""
    check_parts("a message", message.payload, _SEEN | _UNSEEN)
    private = message.private or bool((message.payload.get("flags") or 0) & _EPHEMERAL)
    return page(
        f'<div id="drawn" class="message{" private" * private}">{_above(message)}'
        f'{AVATAR}<div class="body"><div class="author"><b>Giffusion</b><span class="app">APP'
        f"</span><time>{_TIME}</time></div>{_content(message)}{_reactions(message)}"
        f"{_FOR_YOU if private else ''}</div></div>",
        STYLE,
    )


_FOR_YOU = (
    '<div class="for-you"><svg viewBox="0 0 24 24"><path d="M12 5C6 5 2 12 2 12s4 7 10 7 10-7'
    ' 10-7-4-7-10-7m0 11a4 4 0 1 1 0-8 4 4 0 0 1 0 8" fill="#949ba4"/></svg>'
    'Only you can see this • <span class="link">Dismiss message</span></div>'
)


def _above(message: Message) -> str:
    if not (message.command or message.said):
        return ""
    small = USER_AVATAR.format(size="tiny")
    if message.command:
        text = f'used <span class="used">{written(message.command)}</span>'
    else:
        text = f'<span class="quoted">{written(message.said)}</span>'
    return f'<div class="above"><i></i>{small}<b>alice</b> {text}</div>'


def _content(message: Message) -> str:
    payload = message.payload
    embeds = payload.get("embeds") or []
    inside = {attached_name(embed) for embed in embeds}
    files = [drawn_file(name, file) for name, file in message.files.items() if name not in inside]
    text = formatted(payload.get("content") or "")
    return (
        f'<div class="content">{text}</div>{"".join(files)}'
        f"{''.join(drawn_embed(embed, message.files) for embed in embeds)}"
        f"{drawn_rows(payload.get('components') or [])}"
    )


def _reactions(message: Message) -> str:
    pills = (
        f'<div class="reaction">{drawn_emoji(emoji)}<span>{count}</span></div>'
        for emoji, count in message.reactions.items()
    )
    return f'<div class="reactions">{"".join(pills)}</div>' if message.reactions else ""
