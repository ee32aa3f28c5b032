"""Messages as Slack's desktop client shows them, from what the bot sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from tests.gallery.emoji import drawn_emoji
from tests.gallery.files import PICTURES, drawn_clip, drawn_picture
from tests.gallery.page import AVATAR, USER_AVATAR, page
from tests.gallery.shape import check_parts
from tests.gallery.slack.blocks import drawn_blocks
from tests.gallery.slack.mrkdwn import formatted
from tests.gallery.slack.style import STYLE
from tests.gallery.writing import written

_TIME = "8:15 PM"
_EYE = (
    '<svg viewBox="0 0 20 20"><path d="M10 4.500C5 4.5 2 10 2 10s3 5.5 8 5.500S18 10 18 10s-3'
    '-5.5-8-5.500m0 8a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5" fill="#616061"/></svg>'
)
_SHEET = (
    '<svg class="sheet" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#1264a3"/>'
    '<path d="M11 8h9l6 6v14H11zM20 8v6h6M15 19h7M15 23h7" fill="none" stroke="#fff"'
    ' stroke-width="2" stroke-linejoin="round"/></svg>'
)


@dataclass(frozen=True)
class Post:
    """A message to be drawn: its `payload`, and the files shared with it by name.

    `pictures` are the workspace's files by id, for the payload's picture blocks. `by` is who wrote
    it; the bot where it is empty. `reactions` have their numbers. Only alice sees a `private` one.
    """

    payload: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    by: str = ""
    reactions: Mapping[str, int] = field(default_factory=dict)
    private: bool = False


def drawn_messages(posts: Sequence[Post], replies: Sequence[Post] = ()) -> str:
    """A page with messages, and the replies in the last one's thread.

    LookupError names what can't be drawn.
    """
    inside = "".join(map(_message, posts))
    if replies:
        count = "1 reply" if len(replies) == 1 else f"{len(replies)} replies"
        inside += f'<div class="thread"><span>{count}</span></div>{"".join(map(_message, replies))}'
    return page(f'<div id="drawn" class="messages">{inside}</div>', STYLE)


def _message(post: Post) -> str:
    check_parts("a message", post.payload, {"text", "blocks"})
    avatar = USER_AVATAR.format(size="avatar") if post.by else AVATAR
    name = (
        f"<b>{written(post.by)}</b>" if post.by else '<b>Giffusion</b><span class="app">APP</span>'
    )
    seen = f'<div class="for-you">{_EYE}Only visible to you</div>' if post.private else ""
    return (
        f'<div class="message{" private" * post.private}">{seen}{avatar}<div class="body">'
        f'<div class="author">{name}<time>{_TIME}</time></div>{_content(post)}{_reactions(post)}'
        "</div></div>"
    )


def _content(post: Post) -> str:
    blocks = post.payload.get("blocks") or []
    text = post.payload.get("text") or ""
    words = drawn_blocks(blocks, post.pictures) if blocks else formatted(text, verbatim=False)
    return words + "".join(_file(name, content) for name, content in post.files.items())


def _file(name: str, content: bytes) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix == ".mp4":
        shown = drawn_clip(content)
    elif suffix in PICTURES:
        shown = f'<div class="media">{drawn_picture(content)}</div>'
    else:
        kind = suffix.removeprefix(".").upper()
        return (
            f'<div class="file">{_SHEET}<div><b>{written(name)}</b>'
            f'<div class="hint">{written(kind)}</div></div></div>'
        )
    return f'<div class="title">{written(name)}</div>{shown}'


def _reactions(post: Post) -> str:
    pills = (
        f'<div class="reaction">{drawn_emoji(emoji)}<span>{count}</span></div>'
        for emoji, count in post.reactions.items()
    )
    return f'<div class="reactions">{"".join(pills)}</div>' if post.reactions else ""
